"""The layout "cells", our own: fifteen numbers for each cell of a grid, one output for each stride."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inference.candidates import check_shape, distinct
from inference.detections import NONE, Detections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEAST = 1e-6
"""Scores are compared as logits, and neither 0 nor 1 has one."""
_MOST_SIDES = 32
"""Inputs of so many sizes have their cells' centres remembered."""


class DecodeCells:
    """`outputs` are (n, 15, height, width), one for each stride.

    Of a cell's fifteen numbers the first is the score's logit, then come the centre's offset from the cell's
    and the logarithms of width and height, then five landmarks from the cell's centre; in strides, size times
    three and landmarks times two.
    """

    def __init__(self, strides: tuple[int, ...], overlap: float) -> None:
        self._strides = strides
        self._overlap = overlap
        self._grids: dict[tuple[int, int], NDArray[np.float32]] = {}

    @np.errstate(over="ignore", invalid="ignore")  # what is no number is left out
    def __call__(
        self, outputs: Sequence[NDArray[np.float32]], sides: tuple[int, int], pictures: int, threshold: float
    ) -> list[Detections]:
        level = min(max(threshold, _LEAST), 1 - _LEAST)
        logit = math.log(level / (1 - level))
        width, height = sides
        for output, stride in zip(outputs, self._strides, strict=True):
            check_shape(
                output, (None, 15, height // stride, width // stride), f"the output of stride {stride}"
            )
        # Of all strides together: NumPy's calls cost more than what they do to so few cells.
        every = np.concatenate([output[:pictures].reshape(pictures, 15, -1) for output in outputs], 2)
        owners, cells = (every[:, 0] > logit).nonzero()
        if not len(cells):
            return [NONE] * pictures
        found = _read(every[owners, :, cells], self._grid(sides)[cells])
        return distinct(found, owners, pictures, sides, self._overlap, agree=True)

    def _grid(self, sides: tuple[int, int]) -> NDArray[np.float32]:
        """Of the cells of all strides: their centres and strides (n, 3)."""
        grid = self._grids.get(sides)
        if grid is None:
            while len(self._grids) >= _MOST_SIDES:
                del self._grids[next(iter(self._grids))]
            grid = self._grids[sides] = np.concatenate([_centres(*sides, stride) for stride in self._strides])
        return grid


def _centres(width: int, height: int, stride: int) -> NDArray[np.float32]:
    down, across = np.indices((height // stride, width // stride)).reshape(2, -1)
    return np.stack(
        ((across + 0.5) * stride, (down + 0.5) * stride, np.full(len(down), stride)), 1, dtype=np.float32
    )


def _read(values: NDArray[np.float32], grid: NDArray[np.float32]) -> Detections:
    centres, strides = grid[:, :2], grid[:, 2:]
    sizes = np.exp(values[:, 3:5].clip(-3, 3)) * (3 * strides)
    corners = centres + values[:, 1:3] * strides - sizes / 2
    landmarks = centres[:, None] + values[:, 5:15].reshape(-1, 5, 2) * (2 * strides)[:, None]
    return Detections(np.concatenate((corners, sizes), 1), landmarks, _sigmoid(values[:, 0]))


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-logits))).astype(np.float32, copy=False)
