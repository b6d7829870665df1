"""What a service would say, for the tests of `semblance watch`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from inference import EMOTIONS
from semblance.watch.board import Board
from semblance.watch.connection import Connected, Received
from semblance.watch.drawing import drawing
from semblance.watch.looks import Brush
from semblance.watch.messages import Session, Summary, read
from semblance.watch.words import Moment, Pen

EPOCH = 1_790_000_000.0
WINDOWS = [
    {"name": "2s", "length": 2, "interval": 0.5},
    {"name": "60s", "length": 60, "interval": 5},
]


def utc(seconds: float) -> str:
    """So many seconds after the epoch of these tests."""
    return datetime.fromtimestamp(EPOCH + seconds, UTC).isoformat()


def session() -> dict[str, Any]:
    return {"type": "session", "version": 1, "session": "s", "limits": {"windows": WINDOWS}}


def status(state: str, stream: str = "lobby", error: str | None = None, **rest: object) -> dict[str, Any]:
    reason = {"code": "unreachable", "message": error} if error else None
    return {
        "type": "status", "stream": stream, "state": state, "error": reason, "since": utc(-60), **rest
    }  # fmt: skip


def summary(
    sequence: int = 1, stream: str = "lobby", window: str = "2s", end: float = 0.0, **rest: object
) -> dict[str, Any]:
    """Of a lone surprised face, unless `rest` says otherwise."""
    scores = {name: 0.75 if name == "surprise" else 0.25 / 7 for name in EMOTIONS}
    return {
        "type": "summary", "stream": stream, "window": window, "sequence": sequence, "end": utc(end),
        "start": utc(end - 2), "tracks": 1, "coverage": 0.5, "dominant": "surprise",
        "windowMeanScores": scores, "windowFaceDistribution": {**scores}, **rest,
    }  # fmt: skip


def event(number: int = 1, stream: str | None = "lobby", **rest: object) -> dict[str, Any]:
    """The dominant emotion changed, unless `rest` says otherwise."""
    return {
        "type": "event", "id": f"evt_{number}", "stream": stream, "rule": "dominant-emotion",
        "name": "emotion.dominant.changed", "phase": "changed", "at": utc(0), "sequence": number,
        "before": "neutral", "after": "surprise", "window": "2s", "track": None, "started": None,
        "duration": 12.5, "reason": None, "thresholds": {}, "evidence": [], "details": {}, **rest,
    }  # fmt: skip


FACELESS: dict[str, Any] = {
    "tracks": 0,
    "dominant": None,
    "windowMeanScores": None,
    "windowFaceDistribution": None,
}


def parsed(document: dict[str, Any]) -> Summary:
    known = read(document)
    assert isinstance(known, Summary)
    return known


def board(*documents: dict[str, Any], window: str | None = None) -> Board:
    """A board that is connected and has taken these, at time 0 and at rest."""
    taken = Board(window)
    greeting = read(session())
    assert isinstance(greeting, Session)
    taken.take(Connected(greeting, 0.0), 0.0, EPOCH)
    for document in documents:
        taken.take(Received(document, read(document)), 0.0, EPOCH)
    taken.advance(60.0, 0.0)
    return taken


def drawn(
    shown: Board,
    width: int = 100,
    height: int = 40,
    at: float = 0.0,
    *,
    ascii_only: bool = False,
    first: int = 0,
) -> list[str]:
    """The lines of the screen, `at` seconds after the epoch."""
    pen = Pen(shown, Moment(at, EPOCH + at), Brush(ascii_only))
    return [line.plain for line in drawing(pen, "http://127.0.0.1:8484", width, height, first)]
