"""The layout "yunet": two scores, a box and five landmarks for each cell of a grid, an output for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.candidates import check_shape, distinct
from inference.detections import Detections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_NUMBERS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""How many numbers each head has for a cell."""


class DecodeYuNet:
    """`outputs` are the heads cls, obj, bbox and kps, each for every stride: (n, cells, numbers).

    After YuNet (Wu et al. 2023) as OpenCV's FaceDetectorYN reads it: the score is the root of class times
    objectness, both held to 0..1; centre and landmarks are counted in strides from the cell's corner, the
    size is the stride times the power of e.
    """

    def __init__(self, strides: tuple[int, ...], overlap: float) -> None:
        self._strides = strides
        self._overlap = overlap

    @np.errstate(over="ignore", invalid="ignore")  # what is no number is left out
    def __call__(
        self, outputs: Sequence[NDArray[np.float32]], sides: tuple[int, int], pictures: int, threshold: float
    ) -> list[Detections]:
        count = len(self._strides)
        levels = [
            _level(list(outputs[index::count]), sides, stride, pictures, max(threshold, 0.0))
            for index, stride in enumerate(self._strides)
        ]
        owners, boxes, landmarks, scores = (np.concatenate(parts) for parts in zip(*levels, strict=True))
        return distinct(Detections(boxes, landmarks, scores), owners, pictures, sides, self._overlap)


def _level(
    heads: list[NDArray[np.float32]], sides: tuple[int, int], stride: int, pictures: int, threshold: float
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """The candidates of one stride: their pictures, boxes, landmarks and scores."""
    across, down = sides[0] // stride, sides[1] // stride
    for head, (name, numbers) in zip(heads, _NUMBERS.items(), strict=True):
        check_shape(head, (None, across * down, numbers), f"the output {name} of stride {stride}")
    classes, objects, boxes, landmarks = heads
    squares = np.clip(classes[:pictures, :, 0], 0, 1) * np.clip(objects[:pictures, :, 0], 0, 1)
    picture, cell = np.nonzero(squares > threshold * threshold)
    corner = np.stack((cell % across, cell // across), 1).astype(np.float32)
    box = boxes[picture, cell]
    sizes = np.exp(box[:, 2:]) * stride
    points = (landmarks[picture, cell].reshape(-1, 5, 2) + corner[:, None]) * stride
    corners = (corner + box[:, :2]) * stride - sizes / 2
    return picture, np.concatenate((corners, sizes), 1), points, np.sqrt(squares[picture, cell])
