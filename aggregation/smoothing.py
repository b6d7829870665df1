"""Exponential smoothing of each face's scores, exact for irregular frame times.

    y(t) = y(t0) + (1 - exp(-(t - t0) / T)) * (x(t) - y(t0))

This is the solution of the low-pass filter T y' = x - y for an input that holds its newest value since the
frame before, so a pause between two frames weighs as much as it lasted. Each step is a convex combination:
scores that sum to one go on summing to one.

Of a slow change the filter shows what was true T seconds ago: its group delay is T, the integral of
t exp(-t/T)/T. Sampling takes half a frame time off that, as a new value counts for all the time since the
frame before.

Where observations are weighted, both sides of the filter are: y is the low-pass of weight times x over the
low-pass of the weight. An observation of weight 0 moves nothing, whatever comes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from aggregation import microseconds

if TYPE_CHECKING:
    from inference.reading import Scores

FORGOTTEN_AFTER = 8
"""In time constants. What was seen before that would weigh less than 0.04 %."""


@dataclass(slots=True)
class _Track:
    scores: Scores
    at: int
    weight: float

    def weighted(self, gain: float, weight: float) -> float:
        """The gain of an observation of this weight; without any weight so far the newest is all there is."""
        self.weight += gain * (weight - self.weight)
        return gain * weight / self.weight if self.weight > 0.0 else 1.0


class Smoothing:
    """The smoothed scores of the tracks of one stream. Times are microseconds."""

    def __init__(self, time_constant: float) -> None:
        if time_constant < 0:
            raise ValueError(f"The time constant is {time_constant} s; it must be 0 (no smoothing) or more.")
        self._time_constant = time_constant * microseconds.PER_SECOND
        self._kept_for = round(FORGOTTEN_AFTER * self._time_constant)
        self._tracks: dict[int, _Track] = {}
        self._next_sweep = 0

    def __len__(self) -> int:
        return len(self._tracks)

    def update(self, track: int, scores: Scores, at: int, weight: float = 1.0) -> Scores:
        """Takes an observation in and gives the track's smoothed scores; the first one is its own.

        An observation older than the track's newest changes nothing: it gives the scores the track has.
        `weight` is 0 to 1.
        """
        known = self._tracks.get(track)
        if known is None or at - known.at > self._kept_for:
            self._tracks[track] = _Track(scores, at, weight)
            return scores
        if at > known.at:
            gain = 1.0 - exp((known.at - at) / self._time_constant)
            if weight != 1.0 or known.weight != 1.0:
                gain = known.weighted(gain, weight)
            known.scores = tuple(
                [old + gain * (new - old) for old, new in zip(known.scores, scores, strict=True)]
            )
            known.at = at
        return known.scores

    def sweep(self, at: int) -> None:
        """Drops tracks not seen for long, and some time more, as readings can be out of order."""
        if at < self._next_sweep:
            return
        self._next_sweep = at + self._kept_for
        since = at - 2 * self._kept_for
        self._tracks = {track: known for track, known in self._tracks.items() if known.at >= since}

    def clear(self) -> None:
        self._tracks.clear()
        self._next_sweep = 0
