"""The words that cards and lines share: states and times, and text cut to its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.text import Text

from semblance.watch.looks import EMOTION_LOOKS, NO_EMOTION, STATE_LOOKS, UNKNOWN_STATE, Brush
from semblance.watch.spans import coarse

if TYPE_CHECKING:
    from semblance.watch.board import Board, Row
    from semblance.watch.messages import Status, Summary


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is drawn: the board's own clock, and UTC; seconds."""

    now: float
    utc: float


@dataclass(frozen=True, slots=True)
class Pen:
    """What every part of a drawing needs to know."""

    board: Board
    moment: Moment
    brush: Brush

    def fit(self, text: Text, width: int) -> Text:
        """Cut or filled to `width` cells."""
        text.truncate(max(0, width), overflow="crop" if self.brush.ascii_only else "ellipsis", pad=True)
        return text

    def name(self, name: str, width: int) -> str:
        """Cut in its middle: the names of many cameras begin alike."""
        tail = width // 3
        short = name if len(name) <= width else f"{name[: width - tail - 1]}~{name[len(name) - tail :]}"
        return short.ljust(width)

    def state(self, row: Row) -> Text:
        """A sign, and the state in a word; of the past where the service is not reached."""
        status = row.status
        if status is None:
            return Text(f"{self.brush.sign(UNKNOWN_STATE)} ...", style=UNKNOWN_STATE.style)
        look = STATE_LOOKS.get(status.state, UNKNOWN_STATE)
        if not self.board.connected:
            return Text(f"{self.brush.sign(UNKNOWN_STATE)} was {status.state}", style="dim")
        return Text(f"{self.brush.sign(look)} {status.state}", style=look.style)

    def since(self, status: Status) -> str:
        """When the state began, and how long ago where it is not the one that is wished for."""
        if status.since is None:
            return ""
        ago = self.moment.utc + self.board.skew - status.since.timestamp()
        spent = f" ({coarse(ago)})" if status.state != "running" and self.board.connected else ""
        return f"since {clock(status.since.timestamp(), self.moment.utc)}{spent}"

    def dominant(self, summary: Summary) -> Text:
        if summary.dominant is None:
            what = "no face" if not summary.tracks else "not readable"
            return Text(f"{self.brush.sign(NO_EMOTION)} {what}", style=NO_EMOTION.style)
        look = EMOTION_LOOKS.get(summary.dominant, NO_EMOTION)
        return Text(f"{self.brush.sign(look)} {summary.dominant}", style=f"bold {look.style}")

    def age(self, summary: Summary) -> Text:
        """How old the newest window is; that it is stale is said in so many words."""
        age = self.board.age(summary, self.moment.utc)
        if self.board.is_stale(summary, self.moment.utc):
            return Text(f"stale, {coarse(age)} old", style="bold yellow")
        return Text(f"{coarse(age)} ago", style="dim")


def clock(utc: float, today: float) -> str:
    """The time of day here; with the date where it is of another day than `today`."""
    moment, now = (datetime.fromtimestamp(at, UTC).astimezone() for at in (utc, today))
    return moment.strftime("%H:%M:%S" if moment.date() == now.date() else "%Y-%m-%d %H:%M")


def faces(count: int) -> str:
    return f"{count} {'face' if count == 1 else 'faces'}"
