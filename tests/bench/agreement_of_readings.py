"""How far two readings of the same frames agree: faces, places, scores, ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from inference.detections import overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.reading import Face, Reading

_SAME = 0.5
"""Boxes that share so much (intersection over union) are the same face."""
_WINDOW, _INTERVAL = 2.0, 0.5


@dataclass(slots=True)
class Agreement:
    """Sums over frames; `add` as many clips as are to be judged together."""

    usual: int = 0
    found: int = 0
    same: int = 0
    switched: int = 0
    boxes: list[float] = field(default_factory=list)
    landmarks: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    windows: list[float] = field(default_factory=list)

    def add(self, usual: Sequence[Reading], found: Sequence[Reading]) -> None:
        """Readings of the same frames, in their order; `usual` is what the others are held against."""
        ids: dict[int, int] = {}
        for one, other in zip(usual, found, strict=True):
            self.usual += len(one.faces)
            self.found += len(other.faces)
            for face, again in _pairs(one.faces, other.faces):
                self.same += 1
                self.switched += ids.get(face.id, again.id) != again.id
                ids[face.id] = again.id
                self._compare(face, again)
        self.windows += _windows(usual, found)

    @property
    def recall(self) -> float:
        return self.same / max(1, self.usual)

    @property
    def precision(self) -> float:
        return self.same / max(1, self.found)

    def cells(self) -> list[str]:
        """Faces, recall, precision, errors of boxes, landmarks, scores and windows, and ids switched."""
        means = [float(np.mean(each)) if each else 0.0 for each in (self.boxes, self.landmarks)]
        errors = [float(np.mean(each)) if each else 0.0 for each in (self.scores, self.windows)]
        return [
            str(self.usual), f"{self.recall:.3f}", f"{self.precision:.3f}",
            *(f"{mean:.3f}" for mean in means), *(f"{error:.4f}" for error in errors), str(self.switched),
        ]  # fmt: skip

    def _compare(self, face: Face, again: Face) -> None:
        size = (face.box.width * face.box.height) ** 0.5
        self.boxes.append(float(np.abs(_row(face) - _row(again)).mean()) / size)
        apart = np.array(face.landmarks) - np.array(again.landmarks)
        self.landmarks.append(float(np.hypot(*apart.T).mean()) / size)
        self.scores.append(_differing(np.array(face.scores), np.array(again.scores)))


def _pairs(usual: Sequence[Face], found: Sequence[Face]) -> list[tuple[Face, Face]]:
    if not usual or not found:
        return []
    shared = overlaps(np.array([_row(face) for face in usual]), np.array([_row(face) for face in found]))
    best = shared.argmax(1).tolist()
    return [(usual[one], found[other]) for one, other in enumerate(best) if shared[one, other] >= _SAME]


def _row(face: Face) -> NDArray[np.float32]:
    return np.array((face.box.left, face.box.top, face.box.width, face.box.height), np.float32)


def _windows(usual: Sequence[Reading], found: Sequence[Reading]) -> list[float]:
    """The mean error of the eight scores of each window that both have faces in."""
    times = np.array([reading.pts or 0.0 for reading in usual])
    errors = []
    for end in np.arange(_INTERVAL, times[-1] + _INTERVAL, _INTERVAL):
        inside = np.flatnonzero((times > end - _WINDOW) & (times <= end)).tolist()
        one, other = ([face.scores for at in inside for face in of[at].faces] for of in (usual, found))
        if one and other:
            errors.append(_differing(np.mean(one, 0), np.mean(other, 0)))
    return errors


def _differing(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).mean())
