"""Readings into tallies: each face's scores smoothed, then counted by the rule of some windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.smoothing import Smoothing
from aggregation.tally import Tally

if TYPE_CHECKING:
    from aggregation.summary import Weights
    from inference.reading import Reading


class Observing:
    """What the windows of one stream that weight alike count of its readings.

    By quality, a face that could not be read neither counts nor lingers in the smoothing. `newest` is what
    the last reading counted for. Times are microseconds.
    """

    def __init__(self, weights: Weights, time_constant: float) -> None:
        self._equal = weights == "equal"
        self._smoothing = Smoothing(time_constant)
        self.newest = Tally()

    @property
    def tracks(self) -> int:
        """How many faces are kept in mind."""
        return len(self._smoothing)

    def tally(self, reading: Reading, at: int) -> Tally:
        """What one reading counts for."""
        self._smoothing.sweep(at)
        tally = self.newest = Tally(frames=1)
        smooth = self._smoothing.update
        if self._equal:
            for face in reading.faces:
                tally.observe(face.id, smooth(face.id, face.scores, at))
        else:
            for face in reading.faces:
                tally.weigh(face.id, smooth(face.id, face.scores, at, face.quality), face.quality)
        return tally

    def clear(self) -> None:
        """Forgets every face: the stream begins again."""
        self._smoothing.clear()
        self.newest = Tally()
