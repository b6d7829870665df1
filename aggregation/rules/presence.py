"""Faces that are there: an event when there are enough of them at once, and one when there no longer are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.rules.author import Author
from aggregation.rules.held import Held
from aggregation.rules.latch import Latch
from aggregation.rules.measures import steps

if TYPE_CHECKING:
    from aggregation.event import Event
    from aggregation.rules.author import Moment
    from aggregation.rules.definition import PresenceRule
    from aggregation.rules.measures import Measures
    from aggregation.summary import Window

STARTED = "faces.present.started"


class Presence:
    """Of a window that was hardly seen nothing follows; whether the faces can be read is not asked.

    Of a stream those count that are in its frames at once; of a group, whose cameras have frames of their
    own, the distinct faces that all of them saw in the window.
    """

    def __init__(self, stream: str, rule: PresenceRule, window: Window) -> None:
        self._faces = rule.faces
        self._pooled = stream in rule.groups
        self._coverage = steps(rule.coverage)
        self._latch = Latch(Author(stream, rule, window.name), STARTED, Held(rule.hold, window.interval))

    def window(self, window: Measures) -> Event | None:
        """Judges the next window."""
        count = window.tracks if self._pooled else window.faces_at_once
        return self._latch.see(
            says=window.was_seen(self._coverage),
            rises=count >= self._faces,
            falls=count < self._faces,
            moment=window.moment,
            since=window.since,
            evidence=window.evidence(count),
        )

    def close(self, moment: Moment, reason: str) -> list[Event]:
        event = self._latch.close(moment, reason)
        return [event] if event else []

    def restore(self, event: Event) -> bool:
        return self._latch.restore(event)
