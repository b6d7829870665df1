"""How the face model's outputs are read: cells of three strides into boxes, landmarks and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.detections import NONE, Detections, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STRIDES = (8, 16, 32)

_MOST = 512
"""At most this many cells for each picture are looked at, the best: noise must not cost seconds."""


def decode(outputs: Sequence[NDArray[np.float32]], pictures: int, threshold: float) -> list[Detections]:
    """The faces in each of the first `pictures` of a batch, scored above `threshold`, best first.

    `outputs` are (n, 15, height, width) at strides 8, 16 and 32. Of a cell's fifteen numbers the first is the
    score's logit, then come the centre's offset from the cell's and the logarithms of width and height, then
    five landmarks from the cell's centre; in strides, size times three and landmarks times two.
    """
    logit = float(np.log(threshold / (1 - threshold)))
    levels = [
        _cells(output[:pictures], stride, logit) for output, stride in zip(outputs, STRIDES, strict=True)
    ]
    owners, values, grid = (np.concatenate(parts) for parts in zip(*levels, strict=True))
    if len(owners) > _MOST * pictures:
        best = np.argsort(-values[:, 0])[: _MOST * pictures]
        owners, values, grid = owners[best], values[best], grid[best]
    if not len(owners):
        return [NONE] * pictures
    found = _read(values, grid)
    kept = strongest(found, owners)
    return [found.chosen(kept[owners[kept] == picture]) for picture in range(pictures)]


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
