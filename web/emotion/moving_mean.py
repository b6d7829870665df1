"""The smoothing of a video result's scores: a mean over the last half second, which delays by exactly 250 ms.

Who draws the Emotion API's results over the video subtracts 250 ms from their times. An exponential average
of that time constant (what live windows are smoothed by) is late by 250 ms in the mean, but shows half of a
sudden change after 173 ms already. The mean of a straight half second takes away as much noise, and is late
by the same 250 ms for every change, slow or sudden, because its weights are symmetric: it is the integral of
the scores, drawn as straight lines from frame to frame, over the time from half a second ago to now.

    weight   0.5  1   1   1   1   1   1  0.5      of 8 frames, over 7 intervals between them
    frame    -7  -6  -5  -4  -3  -2  -1   0       the middle, 3.5 frames ago, is the delay
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.reading import Scores

    Floats = NDArray[np.float64]

DELAY = 0.25
"""Seconds by which smoothed scores lag."""
SPAN = 2 * DELAY


@dataclass(slots=True)
class _Track:
    """The scores of the last frames, newest first, and what each counts."""

    place: int
    scores: Floats
    weights: Floats
    known: int = 0

    def push(self, scores: Floats, weight: float) -> None:
        self.go_on(1)
        self.scores[0], self.weights[0] = scores, weight

    def go_on(self, frames: int) -> None:
        """As it is; there are at least so many."""
        if not frames:
            return
        self.scores[frames:] = self.scores[:-frames]
        self.weights[frames:] = self.weights[:-frames]
        self.scores[:frames], self.weights[:frames] = self.scores[0], self.weights[0]
        self.known = min(self.known + frames, len(self.weights))


class MovingMean:
    """Smooths the scores of the tracks of one video, whose frames are counted; `fps` of them are a second."""

    def __init__(self, fps: float) -> None:
        self._taps = [_trapezium(min(SPAN * fps, known - 1)) for known in range(1, ceil(SPAN * fps) + 2)]
        self._tracks: dict[int, _Track] = {}
        self._next_sweep = 0

    def update(self, track: int, scores: Scores, place: int, weight: float = 1.0) -> Scores:
        """Takes in the scores at a frame, later than the track's last, and gives the smoothed ones.

        A track that is younger than half a second is smoothed over its life; one away for longer is new.
        `weight` is 0 to 1: what counts nothing moves nothing.
        """
        self._sweep(place)
        known = self._track(track, place)
        known.push(np.asarray(scores, np.float64), weight)
        taps = self._taps[known.known - 1]
        counted = taps * known.weights[: len(taps)]
        total = float(counted.sum())
        if total <= 0.0:
            return scores
        return tuple(((counted @ known.scores[: len(taps)]) / total).tolist())

    def _track(self, track: int, place: int) -> _Track:
        most = len(self._taps)
        known = self._tracks.get(track)
        if known is None or place - known.place > most:
            known = _Track(place, np.zeros((most, len(EMOTIONS))), np.zeros(most))
            self._tracks[track] = known
        known.go_on(max(0, place - known.place - 1))  # a face not seen for a moment keeps its expression
        known.place = place
        return known

    def _sweep(self, place: int) -> None:
        if place < self._next_sweep:
            return
        most = len(self._taps)
        self._next_sweep = place + most
        self._tracks = {track: known for track, known in self._tracks.items() if place - known.place <= most}


def _trapezium(span: float) -> Floats:
    """What each frame counts, newest first, in the integral over the last `span` intervals of frames."""
    whole = int(span)
    rest = span - whole  # of the interval before the whole ones
    weights = np.zeros(whole + (2 if rest else 1))
    weights[:whole] += 0.5
    weights[1 : whole + 1] += 0.5
    if rest:
        weights[whole] += rest * (1 - rest / 2)
        weights[whole + 1] += rest * rest / 2
    return weights if span else np.ones(1)
