"""The newest events, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from semblance.watch.looks import EMOTION_LOOKS
from semblance.watch.spans import coarse
from semblance.watch.words import clock

if TYPE_CHECKING:
    from semblance.watch.messages import RuleEvent
    from semblance.watch.words import Pen

SERVICE = "service"
"""In place of a stream, for an event of the service itself."""


def event_lines(pen: Pen, count: int, width: int) -> list[Text]:
    """So many at most, the newest first."""
    newest = list(reversed(pen.board.events))[:count]
    return [pen.fit(_line(pen, event), width) for event in newest]


def in_words(event: RuleEvent, arrow: str = "->") -> str:
    """What happened, without when: `lobby: neutral -> happiness after 42 s (dominant-emotion)`."""
    change = f"{value(event.before)} {arrow} {value(event.after)}"
    phase = "" if event.phase == "changed" else f"{event.phase}, "
    lasted = "" if event.duration is None else f" after {coarse(event.duration)}"
    reason = "" if event.reason is None else f", {event.reason}"
    return f"{event.stream or SERVICE}: {phase}{change}{lasted}{reason} ({event.rule or event.name})"


def value(seen: float | str | None) -> str:
    """A score to the percent, a whole number of faces, a word; or none."""
    if seen is None:
        return "none"
    return f"{seen:.0%}" if isinstance(seen, float) else str(seen)


def _line(pen: Pen, event: RuleEvent) -> Text:
    said = in_words(event, "->" if pen.brush.ascii_only else "\N{RIGHTWARDS ARROW}")
    line = Text.assemble((clock(event.at.timestamp(), pen.moment.utc), "dim"), " ", said)
    look = EMOTION_LOOKS.get(str(event.after))
    if look is not None:
        line.highlight_words([str(event.after)], look.style)
    return line
