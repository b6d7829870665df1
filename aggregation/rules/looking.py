"""Looking at readings for the rules of single faces: each face's smoothed scores, in event time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.arrivals import SET_BACK, Arrival, Arrivals
from aggregation.rhythm import Rhythm
from aggregation.rules.author import Moment
from aggregation.smoothing import Smoothing

if TYPE_CHECKING:
    from inference.reading import Reading, Scores

PATIENCE = microseconds.PER_SECOND
"""A face that could not be read for so long has left; of a slow camera, once its next frame is late."""
LATENESS = 2 * microseconds.PER_SECOND
"""By how much readings may lag behind the clock."""


@dataclass(frozen=True, slots=True)
class Look:
    """The faces of one reading that could be read: their tracks with their smoothed scores.

    `sequence` is the reading's. `restarted` says that the tracks before it are no longer meant, `set_back`
    that its time lies before theirs.
    """

    moment: Moment
    sequence: int
    faces: tuple[tuple[int, Scores], ...]
    patience: int
    restarted: bool
    set_back: bool


class Looking:
    """Follows the readings of one stream; those that come late or twice are left out."""

    def __init__(self, time_constant: float) -> None:
        self._smoothing = Smoothing(time_constant)
        self._arrivals = Arrivals()
        self._rhythm = Rhythm(None)

    @property
    def patience(self) -> int:
        """Microseconds after which a face that was not seen has left."""
        return max(PATIENCE, self._rhythm.reach)

    def look(self, reading: Reading, at: int, sequence: int) -> Look | None:
        """`sequence` is that of the newest summary."""
        previous = self._arrivals.newest
        arrival = self._arrivals.take(reading.sequence, at)
        match arrival:
            case Arrival.NEWEST:
                if previous is not None and at > previous:
                    self._rhythm.span(at - previous)
            case Arrival.RESTARTED | Arrival.SET_BACK:
                self._smoothing.clear()
            case _:
                return None
        self._smoothing.sweep(at)
        faces = tuple(
            (face.id, self._smoothing.update(face.id, face.scores, at, face.quality))
            for face in reading.faces
            if face.quality > 0.0
        )
        restarted, set_back = arrival is Arrival.RESTARTED, arrival is Arrival.SET_BACK
        return Look(Moment(at, sequence), reading.sequence, faces, self.patience, restarted, set_back)

    def is_set_back(self, now: int) -> bool:
        """Whether the clock was, since the newest reading; if so, begins again."""
        newest = self._arrivals.newest
        if newest is None or now >= newest - SET_BACK:
            return False
        self._arrivals.begin_again()
        self._smoothing.clear()
        return True
