"""The mosaic: parts of a picture made so coarse that nobody is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CELLS = 6
"""Across what is hidden, of which the face itself is less than four.

An eye is then less than a cell, and so is a mouth. A finer mosaic only looks like one: networks trained for
it put the right name to most faces of 40 known people (McPherson, Shokri, Shmatikov 2016, arXiv:1609.00408).
"""


def pixelate(picture: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A copy of the picture in which each box (left, top, width, height) is a mosaic of a few cells."""
    veiled = picture.copy()
    height, width = picture.shape[:2]
    corners = np.concatenate((np.floor(boxes[:, :2]), np.ceil(boxes[:, :2] + boxes[:, 2:])), 1)
    cells = np.maximum(1, boxes[:, 2:].max(1, initial=0) / _CELLS)
    inside = np.clip(corners, 0, (width, height, width, height)).astype(int)
    for (left, top, right, bottom), cell in zip(inside.tolist(), cells.tolist(), strict=True):
        if left < right and top < bottom:
            _coarsen(veiled[top:bottom, left:right], cell)
    return veiled


def _coarsen(part: NDArray[np.uint8], cell: float) -> None:
    height, width = part.shape[:2]
    few = (max(1, round(width / cell)), max(1, round(height / cell)))
    means = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    part[:] = cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST)
