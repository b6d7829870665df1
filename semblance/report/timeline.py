"""A file's windows along its time, as many points as a page can show however long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference import EMOTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aggregation import Summary
    from inference.reading import Scores

MOST_POINTS = 480
_COUNT = len(EMOTIONS)
_WINDOWS, _WITH_FACES, _WITH_FRAMES, _TIMES = range(2 * _COUNT, 2 * _COUNT + 4)


@dataclass(frozen=True, slots=True)
class Point:
    """What the windows about one time came to; the scores are `None` where none of them saw a face.

    `watched` says whether there were frames at all.
    """

    at: float
    mean: Scores | None
    distribution: Scores | None
    watched: bool


class Timeline:
    """Takes windows in the order of their ends; one with at least half of its length in the file stands at
    the middle of that.

    Where they become too many, two neighbouring points become one, and the step between them twice as long.
    """

    def __init__(self, interval: float) -> None:
        self.step = interval / 2  # the first windows lie closer than those that are full
        self._sums: NDArray[np.float64] = np.zeros((MOST_POINTS, _TIMES + 1))

    def add(self, summary: Summary, duration: float) -> None:
        """`duration` is how much of the file has been read."""
        start, end = max(0.0, summary.start), min(summary.end, duration)
        if end - start < (summary.end - summary.start) / 2:  # of so little time it would say something else
            return
        at = (start + end) / 2
        while at // self.step >= MOST_POINTS:
            self._halve()
        sums = self._sums[int(at // self.step)]
        sums[_TIMES] += at
        sums[_WINDOWS] += 1
        sums[_WITH_FRAMES] += summary.frames > 0
        if summary.mean_scores is not None and summary.face_distribution is not None:
            sums[_WITH_FACES] += 1
            sums[:_WINDOWS] += summary.mean_scores + summary.face_distribution

    def points(self) -> list[Point]:
        return [_point(sums) for sums in self._sums if sums[_WINDOWS]]

    def _halve(self) -> None:
        self.step *= 2
        halved = self._sums[0::2] + self._sums[1::2]
        self._sums = np.concatenate((halved, np.zeros_like(halved)))


def _point(sums: NDArray[np.float64]) -> Point:
    at = float(sums[_TIMES] / sums[_WINDOWS])
    if not sums[_WITH_FACES]:
        return Point(at, None, None, bool(sums[_WITH_FRAMES]))
    means = (sums[:_WINDOWS] / sums[_WITH_FACES]).tolist()
    return Point(at, tuple(means[:_COUNT]), tuple(means[_COUNT:]), True)
