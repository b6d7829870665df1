"""The dominant emotion of a window: an event when it is another now, or nobody is there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.rules.author import Author
from aggregation.rules.held import Held
from aggregation.rules.measures import steps
from aggregation.steps import STEPS

if TYPE_CHECKING:
    from aggregation.event import Event, Value
    from aggregation.rules.author import Moment
    from aggregation.rules.definition import DominantRule
    from aggregation.rules.measures import Measures
    from aggregation.summary import Window

CHANGED = "emotion.dominant.changed"


class Dominant:
    """Begins with nobody. An emotion, or nobody, takes over when it has been so for the hold.

    A window that was hardly seen, whose faces could not be read, or in which no emotion leads far enough says
    nothing: who dominates stays, and who would take over begins anew.
    """

    def __init__(self, stream: str, rule: DominantRule, window: Window) -> None:
        self._author = Author(stream, rule, window.name)
        self._margin = max(1, steps(rule.margin))
        self._coverage = steps(rule.coverage)
        self._held = Held(rule.hold, window.interval)
        self._dominant: Value = None
        self._since: int | None = None

    def window(self, window: Measures) -> Event | None:
        """Judges the next window."""
        at = window.moment.at
        if self._since is not None and at < self._since:
            self._since = at
        leader = window.leader
        emotion = leader.emotion if leader else None
        evidence = window.evidence(emotion, leader.lead / STEPS if leader else None)
        says = self._is_clear(window)
        if emotion == self._dominant or not says:
            self._held.lapse(at, evidence, says=says)
        elif self._held.see(emotion, at, window.since, evidence):
            return self._change(emotion, window.moment)
        return None

    def follow(self, other: Dominant) -> None:
        """Takes over from another rule of the same id, so that what comes next says what was before."""
        self._dominant, self._since = other._dominant, other._since

    def close(self, _moment: Moment, _reason: str, /) -> list[Event]:
        """Nothing is open: who dominated last did so to the end."""
        return []

    def restore(self, event: Event) -> bool:
        """Goes on from the newest event there was, whatever its margin was."""
        if event.name == CHANGED:
            self._dominant, self._since = event.after, microseconds.from_seconds(event.at)
        return event.name == CHANGED

    def _is_clear(self, window: Measures) -> bool:
        if not window.was_seen(self._coverage):
            return False
        return window.leader.lead >= self._margin if window.leader else window.is_empty

    def _change(self, emotion: str | None, moment: Moment) -> Event:
        event = self._author.begin(
            CHANGED,
            "changed",
            moment,
            self._dominant,
            emotion,
            self._held.evidence,
            duration=None if self._since is None else microseconds.to_seconds(moment.at - self._since),
        )
        self._dominant, self._since = emotion, moment.at
        self._held.spend()
        return event
