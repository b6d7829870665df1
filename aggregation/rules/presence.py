"""Faces that are there: an event when there are enough of them at once, and one when there no longer are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.event import Evidence
from aggregation.rules import measures
from aggregation.rules.author import Author, Moment
from aggregation.rules.held import Held
from aggregation.rules.latch import Latch

if TYPE_CHECKING:
    from aggregation.event import Event
    from aggregation.rules.definition import PresenceRule
    from aggregation.summary import Summary, Window

STARTED = "faces.present.started"


class Presence:
    """Of a window that was hardly seen nothing follows; whether the faces can be read is not asked."""

    def __init__(self, stream: str, rule: PresenceRule, window: Window) -> None:
        self._faces = rule.faces
        self._coverage = measures.parts(rule.coverage)
        self._latch = Latch(Author(stream, rule, window.name), STARTED, Held(rule.hold, window.interval))

    def summary(self, summary: Summary) -> Event | None:
        count = measures.faces_at_once(summary)
        return self._latch.see(
            says=measures.was_seen(summary, self._coverage),
            rises=count >= self._faces,
            falls=count < self._faces,
            moment=Moment(microseconds.from_seconds(summary.end), summary.sequence),
            since=microseconds.from_seconds(summary.start),
            evidence=Evidence(summary.end, summary.sequence, count, summary.tracks, summary.coverage),
        )

    def close(self, moment: Moment, reason: str) -> list[Event]:
        event = self._latch.close(moment, reason)
        return [event] if event else []

    def restore(self, event: Event) -> bool:
        return self._latch.restore(event)
