"""An emotion's score in a window over a threshold: an event when it rose there, and one when it fell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.rules.author import Author
from aggregation.rules.held import Held
from aggregation.rules.latch import Latch
from aggregation.rules.measures import steps
from aggregation.steps import STEPS
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from aggregation.event import Event
    from aggregation.rules.author import Moment
    from aggregation.rules.definition import ThresholdRule
    from aggregation.rules.measures import Measures
    from aggregation.summary import Window

STARTED = "emotion.threshold.started"


class Limits:
    """Where it rises and where it falls, in steps. Never both, not even where the two are one."""

    def __init__(self, rule: ThresholdRule) -> None:
        self._enter = steps(rule.enter)
        self._exit = steps(rule.exit)

    def rises(self, value: int) -> bool:
        return value >= self._enter

    def falls(self, value: int) -> bool:
        return value <= self._exit and value < self._enter


class Threshold:
    """Of a window that was hardly seen or whose faces could not be read nothing follows.

    With fewer faces than asked, or none, it falls: what was asked for is no longer there.
    """

    def __init__(self, stream: str, rule: ThresholdRule, window: Window) -> None:
        self._limits = Limits(rule)
        self._emotion = EMOTIONS.index(rule.emotion)
        self._measure = rule.measure
        self._faces = rule.faces
        self._coverage = steps(rule.coverage)
        author = Author(stream, rule, window.name)
        self._latch = Latch(author, STARTED, Held(rule.hold, window.interval), rule.cooldown)

    def window(self, window: Measures) -> Event | None:
        """Judges the next window."""
        value = window.score(self._emotion, self._measure)
        counts = value is not None and window.tracks >= self._faces
        return self._latch.see(
            says=window.was_seen(self._coverage) and window.is_readable,
            rises=counts and self._limits.rises(value or 0),
            falls=not counts or self._limits.falls(value or 0),
            moment=window.moment,
            since=window.since,
            evidence=window.evidence(None if value is None else value / STEPS),
        )

    def close(self, moment: Moment, reason: str) -> list[Event]:
        event = self._latch.close(moment, reason)
        return [event] if event else []

    def restore(self, event: Event) -> bool:
        return self._latch.restore(event)
