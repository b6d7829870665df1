"""How the face model's outputs are read: cells of three strides into boxes, landmarks and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.detections import NONE, Detections, thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STRIDES = (8, 16, 32)
OVERLAP = 0.45
"""Boxes that share more than this (intersection over union) are one face."""

_MOST = 512
"""At most this many cells of a picture are looked at, the best first, so that noise cannot cost seconds."""


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
    pictures_of = np.concatenate([level[0] for level in levels])
    if not len(pictures_of):
        return [NONE] * pictures
    values, grid = (np.concatenate([level[k] for level in levels]) for k in (1, 2))
    found = _read(values, grid)
    return [_of_picture(found, np.flatnonzero(pictures_of == index)) for index in range(pictures)]


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


def _of_picture(found: Detections, which: NDArray[np.intp]) -> Detections:
    if not len(which):
        return NONE
    best = which[np.argsort(-found.scores[which], kind="stable")[:_MOST]]
    return thinned(found.chosen(best), OVERLAP)
