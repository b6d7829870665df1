"""Detections: the faces found in one picture, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Detections:
    """`boxes` (n, 4) left, top, width, height; `landmarks` (n, 5, 2); `scores` (n,), falling. In pixels."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def scaled(self, across: float, down: float) -> Detections:
        """The same faces in a picture that is `across` times as wide and `down` times as high."""
        factors = np.array((across, down, across, down), np.float32)
        return Detections(self.boxes * factors, self.landmarks * factors[:2], self.scores)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Detections:
        return Detections(self.boxes[which], self.landmarks[which], self.scores[which])


NONE = Detections(np.empty((0, 4), np.float32), np.empty((0, 5, 2), np.float32), np.empty(0, np.float32))


def overlaps(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of each of `first` (n, 4) with each of `second` (m, 4): (n, m)."""
    ends, other_ends = first[:, :2] + first[:, 2:], second[:, :2] + second[:, 2:]
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    sides = np.minimum(ends[:, None], other_ends[None]) - low
    shared = np.maximum(sides, 0).prod(2)
    areas, other_areas = first[:, 2:].prod(1), second[:, 2:].prod(1)
    shares: NDArray[np.float32] = shared / np.maximum(areas[:, None] + other_areas[None] - shared, 1e-9)
    return shares
