"""The labelled faces of one picture as arrays, and how they move with the picture's pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MIRRORED_LANDMARKS = [1, 0, 2, 4, 3]
LEAST_VISIBLE, LEAST_SIDE, LEAST_HEIGHT = 0.6, 5, 8
"""A face less visible or smaller than this, in pixels, is neither right nor wrong to find."""


@dataclass(frozen=True, slots=True)
class Faces:
    """n faces: `boxes` (n, 4) left, top, width, height; `landmarks` (n, 5, 2), valid where `marked` (n,);
    `weights` (n,) in the loss; `counted` (n,), false for a face that is neither right nor wrong to find."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    marked: NDArray[np.bool_]
    weights: NDArray[np.float32]
    counted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def sizes(self) -> NDArray[np.float32]:
        """The side of the square of each box's area, in pixels."""
        sizes: NDArray[np.float32] = np.sqrt(self.boxes[:, 2] * self.boxes[:, 3])
        return sizes

    def chosen(self, rows: NDArray[np.bool_]) -> Faces:
        return Faces(
            self.boxes[rows], self.landmarks[rows], self.marked[rows], self.weights[rows], self.counted[rows]
        )

    def moved(self, right: float, down: float) -> Faces:
        boxes = self.boxes.copy()
        boxes[:, :2] += (right, down)
        return replace(self, boxes=boxes, landmarks=self.landmarks + np.array((right, down), np.float32))

    def warped(self, matrix: NDArray[np.float64]) -> Faces:
        """The faces after the pixels went through `matrix` (2, 3), a similarity, mirroring or not.

        A turned box is replaced by the upright box around the ellipse it held.
        """
        linear = matrix[:, :2].astype(np.float32)
        mirrored = np.linalg.det(linear) < 0
        scale = math.sqrt(abs(float(np.linalg.det(linear))))
        cosine, sine = abs(float(linear[0, 0])) / scale, abs(float(linear[0, 1])) / scale
        centres = (self.boxes[:, :2] + self.boxes[:, 2:] / 2) @ linear.T + matrix[:, 2].astype(np.float32)
        halves = self.boxes[:, 2:] / 2
        across = scale * np.hypot(halves[:, 0] * cosine, halves[:, 1] * sine)
        along = scale * np.hypot(halves[:, 0] * sine, halves[:, 1] * cosine)
        reach = np.stack([across, along], axis=1)
        landmarks = self.landmarks @ linear.T + matrix[:, 2].astype(np.float32)
        return replace(
            self,
            boxes=np.concatenate([centres - reach, 2 * reach], axis=1).astype(np.float32),
            landmarks=landmarks[:, MIRRORED_LANDMARKS] if mirrored else landmarks,
        )

    def clipped(self, width: int, height: int) -> Faces:
        """The faces as a picture of this size shows them; what it hardly shows is no longer counted."""
        limit = np.array((width, height), np.float32)
        start = np.clip(self.boxes[:, :2], 0, limit)
        sides = np.clip(self.boxes[:, :2] + self.boxes[:, 2:], 0, limit) - start
        visible = sides.prod(axis=1) / (self.boxes[:, 2:].prod(axis=1) + 1e-6)
        inside = ((self.landmarks > -2) & (self.landmarks < limit + 2)).all(axis=(1, 2))
        clear = (visible >= LEAST_VISIBLE) & (sides.min(axis=1) >= LEAST_SIDE) & (sides[:, 1] >= LEAST_HEIGHT)
        seen = replace(
            self,
            boxes=np.concatenate([start, sides], axis=1),
            marked=self.marked & inside,
            counted=self.counted & clear,
        )
        return seen.chosen(visible > 0.05)

    def touches(self, left: int, top: int, width: int, height: int) -> bool:
        """Whether any face's box overlaps this rectangle."""
        starts, ends = self.boxes[:, :2], self.boxes[:, :2] + self.boxes[:, 2:]
        overlapping = (starts < (left + width, top + height)) & (ends > (left, top))
        return bool(overlapping.all(axis=1).any())


def no_faces() -> Faces:
    return faces_of([], [], [], [])


def faces_of(
    boxes: Sequence[Sequence[float]],
    landmarks: Sequence[Sequence[Sequence[float]] | None],
    weights: Sequence[float],
    counted: Sequence[bool],
) -> Faces:
    """Faces from lists, one entry a face; landmarks are five points or `None`."""
    return Faces(
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        landmarks=np.array([points or [[0, 0]] * 5 for points in landmarks], np.float32).reshape(-1, 5, 2),
        marked=np.array([points is not None for points in landmarks], np.bool_),
        weights=np.array(weights, np.float32),
        counted=np.array(counted, np.bool_),
    )


def joined(parts: Sequence[Faces]) -> Faces:
    """All faces of several parts, in their order."""
    return Faces(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.landmarks for part in parts]),
        np.concatenate([part.marked for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.counted for part in parts]),
    )


def overlaps(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box with each of `boxes`, all left, top, width, height."""
    start = np.maximum(box[:2], boxes[:, :2])
    end = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    shared = np.clip(end - start, 0, None).prod(axis=1)
    ratio: NDArray[np.float32] = shared / (box[2:].prod() + boxes[:, 2:].prod(axis=1) - shared + 1e-9)
    return ratio
