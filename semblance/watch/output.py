"""What `watch` writes where there is no screen to paint: messages as lines of JSON, or changes in words."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from semblance.watch.connection import Connected, Lost, Received
from semblance.watch.event_lines import in_words
from semblance.watch.messages import Refusal, RuleEvent, Session, Status, Summary
from semblance.watch.spans import coarse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from semblance.watch.connection import Event


def _say(text: str) -> None:
    """Remarks go beside the output, which is a program's to read."""
    print(f"semblance: {text}", file=sys.stderr, flush=True)  # noqa: T201


async def json_lines(events: AsyncIterator[Event], shown: str) -> None:
    """Every message asked for as it came, one a line; what becomes of the connection goes to stderr."""
    async for event in events:
        match event:
            case Lost():
                _say(f"{shown}: {event.reason}; trying again in {coarse(event.retry_in)}")
            case Received(known=Refusal() as refusal):
                _say(f"{shown}: {refusal.message}")
            case Received(known=Session()):
                pass
            case Received():
                print(json.dumps(event.document, separators=(",", ":")), flush=True)  # noqa: T201


async def plain_lines(events: AsyncIterator[Event], shown: str) -> None:
    """A line for each event and change of a state or dominant emotion, for a terminal that can do no more."""
    last: dict[tuple[str, str], str] = {}
    async for event in events:
        if isinstance(event, Received) and event.missing and isinstance(event.known, Summary):
            print(f"{event.known.stream}: {event.missing} windows missed", flush=True)  # noqa: T201
        if isinstance(event, Received) and isinstance(event.known, RuleEvent):
            print(in_words(event.known), flush=True)  # noqa: T201
        of_what, text = _said(event, shown)
        if text and last.get(of_what) != text:
            last[of_what] = text
            print(text, flush=True)  # noqa: T201


def _said(event: Event, shown: str) -> tuple[tuple[str, str], str]:
    """What an event says, and of what: a line is written when it differs from the last."""
    match event:
        case Connected():
            return ("", ""), f"{shown}: live"
        case Lost():
            return ("", ""), f"{shown}: {event.reason}; trying again"
        case Received(known=Status() as status):
            why = f": {status.error.message}" if status.error else ""
            state = "removed" if status.removed else status.state
            return (status.stream, ""), f"{status.stream}: {state}{why}"
        case Received(known=Summary() as summary):
            nothing = "no face" if not summary.tracks else "no face could be read"
            of_what = (summary.stream, summary.window)
            return of_what, f"{summary.stream}, {summary.window}: {summary.dominant or nothing}"
        case _:
            return ("", ""), ""
