"""The dominant emotion of a window: an event when it is another now, or nobody is there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.event import Evidence
from aggregation.rules import measures
from aggregation.rules.author import Author, Moment
from aggregation.rules.held import Held

if TYPE_CHECKING:
    from aggregation.event import Event, Value
    from aggregation.rules.definition import DominantRule
    from aggregation.summary import Summary, Window

CHANGED = "emotion.dominant.changed"


class Dominant:
    """Begins with nobody. An emotion, or nobody, takes over when it has been so for the hold.

    A window that was hardly seen, whose faces could not be read, or in which no emotion leads far enough says
    nothing: who dominates stays, and who would take over begins anew.
    """

    def __init__(self, stream: str, rule: DominantRule, window: Window) -> None:
        self._author = Author(stream, rule, window.name)
        self._margin = max(1, measures.parts(rule.margin))
        self._coverage = measures.parts(rule.coverage)
        self._held = Held(rule.hold, window.interval)
        self._dominant: Value = None
        self._since: int | None = None

    def summary(self, summary: Summary) -> Event | None:
        at = microseconds.from_seconds(summary.end)
        if self._since is not None and at < self._since:
            self._since = at
        leader = measures.leader(summary)
        emotion = leader.emotion if leader else None
        lead = leader.lead if leader else None
        evidence = Evidence(
            summary.end,
            summary.sequence,
            emotion,
            summary.tracks,
            summary.coverage,
            None if lead is None else lead / measures.PARTS,
        )
        says = self._is_clear(summary, lead)
        if emotion == self._dominant or not says:
            self._held.lapse(at, evidence, says=says)
        elif self._held.see(emotion, at, microseconds.from_seconds(summary.start), evidence):
            return self._change(emotion, Moment(at, summary.sequence))
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

    def _is_clear(self, summary: Summary, lead: int | None) -> bool:
        if not measures.was_seen(summary, self._coverage):
            return False
        return not summary.faces if lead is None else lead >= self._margin

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
