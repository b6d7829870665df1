"""An emotion's score of each face alone over a threshold, from reading to reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.event import Evidence
from aggregation.rules.author import Author, Moment
from aggregation.rules.held import Held
from aggregation.rules.latch import Latch
from aggregation.rules.threshold import STARTED, Limits
from aggregation.steps import STEPS, score_steps
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from aggregation.event import Event
    from aggregation.rules.definition import ThresholdRule
    from aggregation.rules.looking import Look

FORGOTTEN_AFTER = 60 * microseconds.PER_SECOND
"""A face that has been away for so long will not come back under its number, so no cooldown need be kept."""


@dataclass(slots=True)
class _Track:
    latch: Latch
    seen: int


class FaceThreshold:
    """A latch for each face. One that could not be read for as long as `Look.patience` has left.

    It left when that time was over, whenever that is noticed.
    """

    def __init__(self, stream: str, rule: ThresholdRule) -> None:
        self._stream = stream
        self._rule = rule
        self._limits = Limits(rule)
        self._emotion = EMOTIONS.index(rule.emotion)
        self._tracks: dict[int, _Track] = {}

    def look(self, look: Look) -> list[Event]:
        """Takes the faces of one reading."""
        events: list[Event] = []
        if look.restarted:
            events += self.close(look.moment, "left")
            self._tracks.clear()
        if look.set_back:
            self.set_back(look.moment.at)
        events += self.miss(look.moment, look.patience)
        for track, scores in look.faces:
            known = self._tracks.get(track) or self._new(track)
            known.seen = look.moment.at
            value = score_steps(scores)[self._emotion]
            event = known.latch.see(
                says=True,
                rises=self._limits.rises(value),
                falls=self._limits.falls(value),
                moment=look.moment,
                since=look.moment.at - look.patience,
                evidence=Evidence(
                    microseconds.to_seconds(look.moment.at), look.sequence, value / STEPS, 1, 1.0
                ),
            )
            events += [event] if event else []
        return events

    def miss(self, moment: Moment, patience: int) -> list[Event]:
        """Ends what those began who have left by now, and forgets them once they may start again."""
        events: list[Event] = []
        for track, known in list(self._tracks.items()):
            left = known.seen + patience
            if left >= moment.at:
                continue
            event = known.latch.close(Moment(left, moment.sequence), "left")
            events += [event] if event else []
            if known.latch.is_idle(moment.at) or moment.at - left > FORGOTTEN_AFTER:
                del self._tracks[track]
        return events

    def set_back(self, at: int) -> None:
        """The clock was: who was seen last, was so now."""
        for known in self._tracks.values():
            known.seen = min(known.seen, at)

    def close(self, moment: Moment, reason: str, /) -> list[Event]:
        closed = [known.latch.close(moment, reason) for known in self._tracks.values()]
        return [event for event in closed if event]

    def restore(self, _event: Event, /) -> bool:
        """Faces are others after a restart: what they began must be ended."""
        return False

    def _new(self, track: int) -> _Track:
        author = Author(self._stream, self._rule, None, track)
        latch = Latch(author, STARTED, Held(self._rule.hold), self._rule.cooldown)
        known = self._tracks[track] = _Track(latch, 0)
        return known
