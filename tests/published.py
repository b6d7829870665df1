"""A publisher that keeps what it is given, and what rules look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregation import Summary, Window
from aggregation.event import Event
from inference.reading import EMOTIONS
from web.service import Condition, StatusChange

if TYPE_CHECKING:
    from stream import State
    from web.service import Published

EPOCH = 1_790_000_000.0
WINDOWS = (Window("2s", 2.0, 0.5), Window("60s", 60.0, 5.0))


@dataclass
class Kept:
    """Implements `Publisher`; a stream that is forgotten is kept as its id among the messages."""

    messages: list[Published | str] = field(default_factory=list)

    def publish(self, message: Published) -> None:
        self.messages.append(message)

    def previews_wanted(self, stream: str) -> float:
        return float(len(stream))

    def retract_previews(self, stream: str) -> None:
        self.messages.append(f"retract {stream}")

    def forget(self, stream: str) -> None:
        self.messages.append(stream)

    def events(self) -> list[Event]:
        return [message for message in self.messages if isinstance(message, Event)]

    def names(self) -> list[tuple[str, object, object]]:
        """Of the events: name, before, after."""
        return [(event.name, event.before, event.after) for event in self.events()]

    def summaries(self, stream: str) -> list[Summary]:
        return [each for each in self.messages if isinstance(each, Summary) and each.stream == stream]


def window(sequence: int, emotion: str | None, stream: str = "lobby", *, faces: int = 20) -> Summary:
    """The window that ends `sequence` half seconds after the epoch and is all of one emotion."""
    end = EPOCH + 0.5 * sequence
    scores = None if emotion is None else tuple(float(each == emotion) for each in EMOTIONS)
    seen = faces if emotion else 0
    return Summary(
        stream=stream,
        window="2s",
        sequence=sequence,
        start=end - 2.0,
        end=end,
        smoothing_delay=0.25,
        frames=20,
        faces=seen,
        tracks=min(seen, 1),
        coverage=1.0,
        mean_scores=scores,
        face_distribution=scores,
        dominant=emotion,
        weight=float(seen),
    )


def of_window(summary: Summary, name: str) -> Summary:
    return replace(summary, window=name)


def status(state: State, stream: str = "lobby") -> StatusChange:
    error = ("unreachable", "nobody answers") if state in ("reconnecting", "failed") else None
    return StatusChange(stream, Condition(state, error, EPOCH))  # type: ignore[arg-type]  # the code is one
