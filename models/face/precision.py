"""Precision and recall of a detector's finds in labelled pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.face.faces import overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.face.faces import Faces
    from models.face.finder import Found

LEAST_HEIGHT = 16
"""Smaller faces, and finds that match none and are smaller, count neither way."""


@dataclass(frozen=True, slots=True)
class Curve:
    """All finds that count, best first: `scores` (n,), `right` (n,), and of the right ones the face's height
    (n,), 0 for the wrong ones; `heights` (m,) of all faces that count; `pictures`: how many were searched."""

    scores: NDArray[np.float32]
    right: NDArray[np.bool_]
    found_heights: NDArray[np.float32]
    heights: NDArray[np.float32]
    pictures: int

    @property
    def recall(self) -> NDArray[np.float64]:
        """The share of the faces found down to each find."""
        shares: NDArray[np.float64] = self.right.cumsum() / max(len(self.heights), 1)
        return shares

    @property
    def precision(self) -> NDArray[np.float64]:
        """The best share of right finds down to each find or any weaker one."""
        shares = self.right.cumsum() / np.arange(1, len(self.right) + 1)
        best: NDArray[np.float64] = np.maximum.accumulate(shares[::-1])[::-1]
        return best

    @property
    def average_precision(self) -> float:
        """The area under the curve of precision over recall."""
        return float((self.precision * self.right).sum() / max(len(self.heights), 1))

    def at(self, score: float) -> tuple[float, float]:
        """The recall and the precision of the finds scored `score` or more."""
        right = self.right[self.scores >= score]
        return float(right.sum() / max(len(self.heights), 1)), float(right.mean()) if len(right) else 1.0

    def recall_within(self, low: float, high: float, false_per_picture: float) -> float:
        """Of the faces from `low` to `high` pixels high, the share found at so many false finds a picture."""
        wrong = (~self.right).cumsum()
        allowed = wrong <= false_per_picture * self.pictures
        found = ((self.found_heights >= low) & (self.found_heights < high) & self.right & allowed).sum()
        there = ((self.heights >= low) & (self.heights < high)).sum()
        return float(found / max(there, 1))


def curve(
    finds: Sequence[Found],
    faces: Sequence[Faces],
    counted: Sequence[NDArray[np.bool_]],
    overlap: float = 0.5,
) -> Curve:
    """The curve of what was found in each picture; faces not `counted` count neither way."""
    scores: list[float] = []
    heights: list[float] = []
    for found, there, counts in zip(finds, faces, counted, strict=True):
        matches = matched(found, there, overlap)
        for box, score, face in zip(found.boxes, found.scores.tolist(), matches, strict=True):
            if face is None and box[3] >= LEAST_HEIGHT:
                scores.append(score)
                heights.append(0.0)
            elif face is not None and counts[face]:
                scores.append(score)
                heights.append(float(there.boxes[face, 3]))
    order = np.argsort(-np.array(scores, np.float32), kind="stable")
    found_heights = np.array(heights, np.float32)[order]
    wanted = [there.boxes[counts, 3] for there, counts in zip(faces, counted, strict=True)]
    return Curve(
        np.array(scores, np.float32)[order],
        found_heights > 0,
        found_heights,
        np.concatenate(wanted) if wanted else np.zeros(0, np.float32),
        len(finds),
    )


def matched(found: Found, faces: Faces, overlap: float) -> list[int | None]:
    """For each find, best first, the row of the face it is: each face belongs to one find at most."""
    free = np.ones(len(faces), np.bool_)
    matches: list[int | None] = []
    for box in found.boxes:
        shared = overlaps(box, faces.boxes) * free
        best = int(shared.argmax()) if len(faces) else -1
        if best >= 0 and shared[best] >= overlap:
            free[best] = False
            matches.append(best)
        else:
            matches.append(None)
    return matches
