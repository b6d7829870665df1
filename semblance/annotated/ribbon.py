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
_HOLDS = 1.0
_PLACES = [EMOTIONS.index(emotion) for emotion in STACK]
_GROUND = (34, 41, 49)
_FINER = 4  # rows in a row, so that the bands' edges are smooth
_COLOURS = np.array([LOOKS[emotion].rgb[::-1] for emotion in STACK] + [_GROUND[::-1]], np.uint8)


class Ribbon:
    """Remembers the last seconds: twelve, or as many as the video has. A moment holds until the next, for a
    second at most."""

    def __init__(self, height: int, duration: float | None = None) -> None:
        self._span = min(_MOST_SECONDS, max(_LEAST_SECONDS, duration or _MOST_SECONDS))
        self._rows = (np.arange(height * _FINER)[::-1] + 0.5) / (height * _FINER)
        self._nobody = self._column(None)
        self._times: deque[float] = deque()
        self._columns: deque[NDArray[np.uint8]] = deque()

    def __len__(self) -> int:
        return len(self._times)

    def add(self, at: float, mean: Scores | None) -> None:
        """`mean` is `None` where no face is seen."""
        self._times.append(at)
        self._columns.append(self._nobody if mean is None else self._column(mean))
        while self._times[0] < at - self._span - _HOLDS:
            self._times.popleft()
            self._columns.popleft()

    def draw(self, width: int) -> NDArray[np.uint8]:
        """(height, width, 3) in BGR, with the newest moment at the right edge."""
        times = np.array(self._times)
        shown = times[-1] - self._span * (np.arange(width)[::-1] / width)
        latest = np.searchsorted(times, shown + 1e-6, "right") - 1
        unseen = (latest < 0) | (shown - times[latest] >= _HOLDS)
        latest[unseen] = len(times)
        columns = np.array([*self._columns, self._nobody])
        return np.asarray(columns[latest].transpose(1, 0, 2), np.uint8)

    def _column(self, mean: Scores | None) -> NDArray[np.uint8]:
        """One moment from the top down: (height, 3) in BGR."""
        tops = np.zeros(len(STACK))
        if mean is not None:
            tops = np.cumsum([mean[place] for place in _PLACES])
            tops /= tops[-1]
        bands = (self._rows[:, None] > tops).sum(1)  # the band that each of the finer rows lies in
        return np.asarray(_COLOURS[bands].reshape(-1, _FINER, 3).mean(1), np.uint8)
