"""Detections: the faces found in one picture, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERLAP = 0.45
"""The usual share of overlap at which two boxes are one face; a model's manifest may have another."""


@dataclass(frozen=True, slots=True)
class Detections:
    """`boxes` (n, 4) left, top, width, height; `landmarks` (n, 5, 2); `scores` (n,), falling. In pixels.

    A detector that marks no eyes, nose and mouth has `landmarks` `None`.
    """

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32] | None
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def scaled(self, across: float, down: float) -> Detections:
        """The same faces in a picture that is `across` times as wide and `down` times as high."""
        factors = np.array((across, down, across, down), np.float32)
        landmarks = None if self.landmarks is None else self.landmarks * factors[:2]
        return Detections(self.boxes * factors, landmarks, self.scores)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Detections:
        landmarks = None if self.landmarks is None else self.landmarks[which]
        return Detections(self.boxes[which], landmarks, self.scores[which])

    def landmarks_of(self, index: int) -> NDArray[np.float32] | None:
        """The five points (5, 2) of one face; `None` where its detector marks none."""
        return None if self.landmarks is None else self.landmarks[index]


NONE = Detections(np.empty((0, 4), np.float32), np.empty((0, 5, 2), np.float32), np.empty(0, np.float32))


def overlaps(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of each of `first` (n, 4) with each of `second` (m, 4): (n, m)."""
    shared = intersections(first, second)
    areas, other_areas = first[:, 2:].prod(1), second[:, 2:].prod(1)
    shares: NDArray[np.float32] = shared / np.maximum(areas[:, None] + other_areas[None] - shared, 1e-9)
    return shares


def intersections(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """The area that each of `first` (n, 4) shares with each of `second` (m, 4): (n, m)."""
    ends, other_ends = first[:, :2] + first[:, 2:], second[:, :2] + second[:, 2:]
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    sides = np.maximum(np.minimum(ends[:, None], other_ends[None]) - low, 0)
    areas: NDArray[np.float32] = sides[..., 0] * sides[..., 1]
    return areas


def strongest(found: Detections, overlap: float = OVERLAP) -> NDArray[np.intp]:
    """Non-maximum suppression: which detections have the highest score of those that overlap, best first.

    They are of one picture. Boxes that share more than `overlap` (intersection over union) are one face.
    """
    # Takes arrays as they are, whatever its stub says of lists.
    kept = cv2.dnn.NMSBoxes(found.boxes, found.scores, 0.0, overlap)  # type: ignore[arg-type]
    return np.asarray(kept, np.intp)


def joined(whole: Detections, closer: Detections, overlap: float = OVERLAP) -> Detections:
    """What was found in one picture by looking at the whole and again closer up; each face once.

    What the closer look found within a larger face of the whole is a part of it: at a large input an eye or
    a mouth passes for a face.
    """
    if not len(whole) or not len(closer):
        return closer if len(closer) else whole
    closer = closer.chosen(~_parts(closer, whole))
    marked = [one.landmarks for one in (whole, closer) if one.landmarks is not None]
    found = Detections(
        np.concatenate((whole.boxes, closer.boxes)),
        np.concatenate(marked) if len(marked) == 2 else None,
        np.concatenate((whole.scores, closer.scores)),
    )
    return found.chosen(strongest(found, overlap))


def _parts(closer: Detections, whole: Detections) -> NDArray[np.bool_]:
    """Which of `closer` lie within a larger one of `whole` that is about as sure."""
    areas, others = closer.boxes[:, 2:].prod(1), whole.boxes[:, 2:].prod(1)
    within = intersections(closer.boxes, whole.boxes) > 0.6 * areas[:, None]
    larger = others[None] > 1.5 * areas[:, None]
    as_sure = whole.scores[None] > 0.8 * closer.scores[:, None]
    parts: NDArray[np.bool_] = (within & larger & as_sure).any(1)
    return parts
