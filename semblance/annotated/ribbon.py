"""The small timeline at the lower edge: the mean scores of the faces over the last seconds, as bands."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from inference import EMOTIONS
from semblance.emotion_looks import LOOKS, STACK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.reading import Scores

_MOST_SECONDS, _LEAST_SECONDS = 12.0, 3.0
_PLACES = [EMOTIONS.index(emotion) for emotion in STACK]
_GROUND = (34, 41, 49)
_FINER = 4  # rows in a row, so that the bands' edges are smooth
_COLOURS = np.array([LOOKS[emotion].rgb[::-1] for emotion in STACK] + [_GROUND[::-1]], np.uint8)


class Ribbon:
    """Remembers the last seconds: twelve, or as many as the video has. A moment holds until the next, for a
    second at most."""

    def __init__(self, duration: float | None = None) -> None:
        self._span = min(_MOST_SECONDS, max(_LEAST_SECONDS, duration or _MOST_SECONDS))
        self._times: deque[float] = deque()
        self._tops: deque[tuple[float, ...]] = deque()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, at: float, mean: Scores | None) -> None:
        """`mean` is `None` where no face is seen."""
        self._times.append(at)
        self._tops.append(_tops(mean))
        while self._times[0] < at - self._span - 1:
            self._times.popleft()
            self._tops.popleft()

    def draw(self, now: float, width: int, height: int) -> NDArray[np.uint8]:
        """(height, width, 3) in BGR; the moment `now` is at the right edge."""
        times, tops = np.array(self._times), np.array(self._tops)
        shown = now - self._span * (np.arange(width)[::-1] / width)
        latest = np.searchsorted(times, shown + 1e-6, "right") - 1
        seen = (latest >= 0) & (shown - times[latest] < 1.0)
        heights = np.where(seen[:, None], tops[latest], 0.0)  # (width, 8)
        rows = (np.arange(height * _FINER)[::-1] + 0.5) / (height * _FINER)
        bands = (rows[:, None, None] > heights[None]).sum(2)  # the band each of the finer pixels lies in
        finer = _COLOURS[bands].reshape(height, _FINER, width, 3)
        return np.asarray(finer.mean(1), np.uint8)


def _tops(mean: Scores | None) -> tuple[float, ...]:
    if mean is None:
        return (0.0,) * len(STACK)
    shares = np.cumsum([mean[place] for place in _PLACES])
    return tuple((shares / shares[-1] + 1e-9).tolist())
