"""How far a detector's landmarks lie from others', in shares of the distance between the eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.face.faces import overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.face.finder import Found

SAME_FACE = 0.5
POINTS = ("right eye", "left eye", "nose", "right mouth corner", "left mouth corner")


@dataclass(frozen=True, slots=True)
class LandmarkErrors:
    """Of n faces: `offsets` (n, 5, 2) from where the points should be, in eye distances; `heights` (n,)."""

    offsets: NDArray[np.float32]
    heights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.heights)

    @property
    def faces(self) -> NDArray[np.float32]:
        """The mean distance of each face's five points (n,)."""
        means: NDArray[np.float32] = np.linalg.norm(self.offsets, axis=2).mean(axis=1)
        return means

    @property
    def median(self) -> float:
        return float(np.median(self.faces)) if len(self) else float("nan")

    @property
    def points(self) -> dict[str, float]:
        """The median distance of each of the five points."""
        distances = np.median(np.linalg.norm(self.offsets, axis=2), axis=0).tolist()
        return dict(zip(POINTS, distances, strict=True))

    @property
    def shift(self) -> tuple[float, float]:
        """Where all points lie on the whole: to the right, and down."""
        across, down = np.median(self.offsets.mean(axis=1), axis=0).tolist()
        return across, down

    def between(self, low: float, high: float) -> LandmarkErrors:
        """Those of faces from `low` to `high` pixels high."""
        chosen = (self.heights >= low) & (self.heights < high)
        return LandmarkErrors(self.offsets[chosen], self.heights[chosen])


def landmark_errors(
    finds: Sequence[Found],
    boxes: Sequence[NDArray[np.float32]],
    landmarks: Sequence[NDArray[np.float32]],
    least: float,
) -> LandmarkErrors:
    """The errors of finds scored `least` or more against the faces that others marked in each picture."""
    offsets, heights = [], []
    for found, theirs, points in zip(finds, boxes, landmarks, strict=True):
        sure = found.boxes[found.scores >= least]
        for box, five in zip(theirs, points, strict=True):
            shared = overlaps(box, sure) if len(sure) else np.zeros(1, np.float32)
            eyes = float(np.linalg.norm(five[1] - five[0]))
            if shared.max() >= SAME_FACE and eyes > 0:
                offsets.append((found.landmarks[int(shared.argmax())] - five) / eyes)
                heights.append(float(box[3]))
    return LandmarkErrors(np.array(offsets, np.float32).reshape(-1, 5, 2), np.array(heights, np.float32))
