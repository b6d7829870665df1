"""The layout "cells", our own: fifteen numbers for each cell of a grid, one output for each stride."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.candidates import check_shape, distinct
from inference.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEAST = 1e-6
"""Scores are compared as logits, and neither 0 nor 1 has one."""


class DecodeCells:
    """`outputs` are (n, 15, height, width), one for each stride.

    Of a cell's fifteen numbers the first is the score's logit, then come the centre's offset from the cell's
    and the logarithms of width and height, then five landmarks from the cell's centre; in strides, size times
    three and landmarks times two.
    """

    def __init__(self, strides: tuple[int, ...], overlap: float) -> None:
        self._strides = strides
        self._overlap = overlap

    @np.errstate(over="ignore", invalid="ignore")  # what is no number is left out
    def __call__(
        self, outputs: Sequence[NDArray[np.float32]], sides: tuple[int, int], pictures: int, threshold: float
    ) -> list[Detections]:
        level = min(max(threshold, _LEAST), 1 - _LEAST)
        logit = float(np.log(level / (1 - level)))
        width, height = sides
        for output, stride in zip(outputs, self._strides, strict=True):
            check_shape(
                output, (None, 15, height // stride, width // stride), f"the output of stride {stride}"
            )
        levels = [
            _cells(output[:pictures], stride, logit)
            for output, stride in zip(outputs, self._strides, strict=True)
        ]
        owners, values, grid = (np.concatenate(parts) for parts in zip(*levels, strict=True))
        return distinct(_read(values, grid), owners, pictures, sides, self._overlap, agree=True)


def _cells(
    output: NDArray[np.float32], stride: int, logit: float
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """The cells above `logit`: their pictures, their fifteen numbers, their centres and stride."""
    picture, row, column = np.nonzero(output[:, 0] > logit)
    values = output[picture, :, row, column]
    grid = np.empty((len(picture), 3), np.float32)
    grid[:, 0] = (column + 0.5) * stride
    grid[:, 1] = (row + 0.5) * stride
    grid[:, 2] = stride
    return picture, values, grid


def _read(values: NDArray[np.float32], grid: NDArray[np.float32]) -> Detections:
    centres, strides = grid[:, :2], grid[:, 2:]
    sizes = np.exp(np.clip(values[:, 3:5], -3, 3)) * (3 * strides)
    corners = centres + values[:, 1:3] * strides - sizes / 2
    landmarks = centres[:, None] + values[:, 5:15].reshape(-1, 5, 2) * (2 * strides)[:, None]
    return Detections(np.concatenate((corners, sizes), 1), landmarks, _sigmoid(values[:, 0]))


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-logits))).astype(np.float32)
