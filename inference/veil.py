"""The veil over faces: which places of a picture are hidden, and for how long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""(n, 4) left, top, width, height."""

MEMORY = 1.0
"""Seconds for which a place stays hidden at least after a face was seen there: detectors miss one now and
then."""
MISSES = 3
"""Frames in a row in which a face may be missed: where they are far apart, memory lasts for as many."""
RARE = 1.5
"""Seconds between two frames after which nobody is where they were: what was seen before says nothing."""

_NOWHERE: Boxes = np.empty((0, 4), np.float32)
_MARGIN = 0.3
"""Of its size, added to a face on each side: hair, ears and chin tell people apart as well."""
_DRIFT = 0.5
"""The same, for each second since it was seen there; so far do heads move that are not looked at."""
_CALMING = 0.8
"""The share of the interval that one frame leaves of it: it grows at once and shrinks by and by."""


class Veil:
    """The places of one stream's picture where faces are, or were lost a short while ago.

    A face that the detector misses is hidden by the memory of it alone. Where there is no such memory all of
    the picture is hidden: at the start, after a pause, after a change of size, and always where frames come
    more rarely than every `RARE` seconds.
    """

    _boxes: Boxes
    _times: NDArray[np.float64]
    _since: float
    _last: float
    _interval: float

    def __init__(self) -> None:
        self._begin(float("inf"), (0, 0))

    def see(self, seconds: float, boxes: Boxes, size: tuple[int, int]) -> None:
        """Faces are there at this time, in a picture of this width and height."""
        if size != self._size or not 0 <= seconds - self._last <= RARE:
            self._begin(seconds, size)
        gap, self._last = seconds - self._last, seconds
        self._interval = max(gap, _CALMING * self._interval + (1 - _CALMING) * gap)
        lasting = seconds - self._times <= self._memory
        if len(boxes):  # where one was and is hidden by one that is, there is nothing to remember
            lasting &= ~_within(self._boxes, _grown(boxes, _MARGIN))
        self._boxes = np.concatenate((self._boxes[lasting], boxes))
        self._times = np.concatenate((self._times[lasting], np.full(len(boxes), seconds)))

    def is_known(self, seconds: float) -> bool:
        """Whether memory is whole, so that no face in it can have gone unhidden."""
        return seconds - self._since >= self._memory

    def boxes(self, seconds: float) -> Boxes:
        """What is to be hidden now, a little more of it the longer ago it was seen; the newest last."""
        if not self.is_known(seconds):
            return _grown(np.array([(0, 0, *self._size)], np.float32), _MARGIN)
        ages = seconds - self._times
        lasting = ages <= self._memory
        return _grown(self._boxes[lasting], _MARGIN + _DRIFT * ages[lasting, None])

    @property
    def _memory(self) -> float:
        return max(MEMORY, (MISSES + 0.5) * self._interval)  # half a one: they do not come on the dot

    def _begin(self, seconds: float, size: tuple[int, int]) -> None:
        self._boxes = _NOWHERE
        self._times = np.empty(0)
        self._size = size
        self._since = self._last = seconds
        self._interval = 0.0


def _grown(boxes: Boxes, shares: float | NDArray[np.float64]) -> Boxes:
    """By these shares of the longer side, on each of the four."""
    more = boxes[:, 2:].max(1, keepdims=True, initial=0) * shares
    return np.concatenate((boxes[:, :2] - more, boxes[:, 2:] + 2 * more), 1).astype(np.float32)


def _within(inner: Boxes, outer: Boxes) -> NDArray[np.bool_]:
    """Which of `inner` lie wholly within one of `outer`."""
    outer_ends, inner_ends = outer[:, :2] + outer[:, 2:], inner[:, :2] + inner[:, 2:]
    inside = np.concatenate(
        (inner[:, None, :2] >= outer[None, :, :2], inner_ends[:, None] <= outer_ends[None]), 2
    )
    return np.asarray(np.any(np.all(inside, axis=2), axis=1), np.bool_)
