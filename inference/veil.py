"""The veil over faces: which places of a picture are hidden, and how."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""(n, 4) left, top, width, height."""

MEMORY = 1.0
"""Seconds for which a place stays hidden after a face was seen there: detectors miss one now and then."""

_NOWHERE: Boxes = np.empty((0, 4), np.float32)
_MARGIN = 0.3
"""Of its size, added to a face on each side: hair, ears and chin tell people apart as well."""
_DRIFT = 0.5
"""The same, for each second since it was seen there; so far do heads move that are not looked at."""
_CELLS = 6
"""Across what is hidden, of which the face itself is less than four.

An eye is then less than a cell, and so is a mouth. A finer mosaic only looks like one: networks trained for
it put the right name to most faces of 40 known people (McPherson, Shokri, Shmatikov 2016, arXiv:1609.00408).
"""


class Veil:
    """The places of one stream's picture where faces are, or were lost within the last second."""

    def __init__(self) -> None:
        self._boxes = _NOWHERE
        self._times = np.empty(0)
        self._since: float | None = None

    def see(self, seconds: float, boxes: Boxes) -> None:
        """Faces are there at this time; times must not fall."""
        if self._since is None:
            self._since = seconds
        lasting = seconds - self._times <= MEMORY
        if len(boxes):  # where one was and is hidden by one that is, there is nothing to remember
            lasting &= ~_within(self._boxes, _grown(boxes, _MARGIN))
        self._boxes = np.concatenate((self._boxes[lasting], boxes))
        self._times = np.concatenate((self._times[lasting], np.full(len(boxes), seconds)))

    def is_known(self, seconds: float) -> bool:
        """Whether the whole of the last second was seen, so that no face in it can have gone unhidden."""
        return self._since is not None and seconds - self._since >= MEMORY

    def boxes(self, seconds: float) -> Boxes:
        """What is to be hidden now, a little more of it the longer ago it was seen; the newest last."""
        ages = seconds - self._times
        lasting = ages <= MEMORY
        return _grown(self._boxes[lasting], _MARGIN + _DRIFT * ages[lasting, None])


def pixelate(picture: NDArray[np.uint8], boxes: Boxes) -> NDArray[np.uint8]:
    """A copy of the picture in which each box is a mosaic of a few cells."""
    veiled = picture.copy()
    height, width = picture.shape[:2]
    corners = np.concatenate((np.floor(boxes[:, :2]), np.ceil(boxes[:, :2] + boxes[:, 2:])), 1)
    cells = np.maximum(1, boxes[:, 2:].max(1, initial=0) / _CELLS)
    inside = np.clip(corners, 0, (width, height, width, height)).astype(int)
    for (left, top, right, bottom), cell in zip(inside.tolist(), cells.tolist(), strict=True):
        if left < right and top < bottom:
            _mosaic(veiled[top:bottom, left:right], cell)
    return veiled


def _mosaic(part: NDArray[np.uint8], cell: float) -> None:
    height, width = part.shape[:2]
    few = (max(1, round(width / cell)), max(1, round(height / cell)))
    means = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    part[:] = cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST)


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
