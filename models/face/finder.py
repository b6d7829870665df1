"""Runs a detector's file on single pictures, for measurements and recipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import torch

from models.face.cells import cells_of
from models.face.faces import overlaps

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SAME_FACE = 0.45
MOST_CELLS = 2000
LARGEST_STRIDE = 32


@dataclass(frozen=True, slots=True)
class Found:
    """n faces, best first: `boxes` (n, 4) left, top, width, height; `landmarks` (n, 5, 2); `scores` (n,)."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    scores: NDArray[np.float32]


class Finder:
    """A detector file of this design, on one thread of the CPU."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def find(self, picture: NDArray[np.uint8], least: float = 0.02) -> Found:
        """The faces in a BGR picture (h, w, 3), at its own size, scored `least` or higher."""
        height, width = (-(-side // LARGEST_STRIDE) * LARGEST_STRIDE for side in picture.shape[:2])
        padded = np.zeros((height, width, 3), np.uint8)
        padded[: picture.shape[0], : picture.shape[1]] = picture
        answers = self._session.run(None, {self._input: as_wanted(self._session, padded)})
        outputs = [torch.from_numpy(answer) for answer in answers]
        logits, corners, landmarks = (part[0].numpy() for part in cells_of(width, height).read(outputs))
        scores = 1 / (1 + np.exp(-logits))
        likely = np.flatnonzero(scores >= least)
        likely = likely[np.argsort(-scores[likely])][:MOST_CELLS]
        boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)[likely]
        kept = distinct(boxes)
        rows = likely[kept]
        return Found(boxes[kept], landmarks[rows].reshape(-1, 5, 2), scores[rows])


def as_wanted(
    session: onnxruntime.InferenceSession, picture: NDArray[np.uint8]
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """A batch of one picture (h, w, 3): bytes as they lie, or floats by colour, which other files want."""
    if "uint8" in session.get_inputs()[0].type:
        return picture[None]
    return picture.transpose(2, 0, 1)[None].astype(np.float32)


def distinct(boxes: NDArray[np.float32]) -> list[int]:
    """The rows of boxes, best first, that overlap no better one by `SAME_FACE` or more."""
    kept: list[int] = []
    left = np.arange(len(boxes))
    while len(left):
        best = int(left[0])
        kept.append(best)
        left = left[1:][overlaps(boxes[best], boxes[left[1:]]) < SAME_FACE]
    return kept
