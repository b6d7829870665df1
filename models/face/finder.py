"""Runs a detector's file on single pictures, for measurements and recipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from models.face.faces import overlaps

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SAME_FACE, AGREEING = 0.45, 0.5
MOST_CELLS = 2000
LARGEST_STRIDE = 32
BOX_UNIT, LANDMARK_UNIT = 3.0, 2.0
"""As in `cells.py`, which needs torch; measuring does not."""


@dataclass(frozen=True, slots=True)
class Found:
    """n faces, best first: `boxes` (n, 4) left, top, width, height; `landmarks` (n, 5, 2); `scores` (n,)."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    scores: NDArray[np.float32]

    def scaled(self, factor: float) -> Found:
        """The same faces in a picture so many times as large."""
        size = np.float32(factor)
        return Found(self.boxes * size, self.landmarks * size, self.scores)


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
        levels = [_read(answer, height // answer.shape[2]) for answer in answers]
        scores, boxes, landmarks = (np.concatenate(parts) for parts in zip(*levels, strict=True))
        likely = np.flatnonzero(scores >= least)
        likely = likely[np.argsort(-scores[likely])][:MOST_CELLS]
        return agreed(Found(boxes[likely], landmarks[likely], scores[likely]))


def _read(
    output: NDArray[np.float32], stride: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Scores (k,), boxes (k, 4) and landmarks (k, 5, 2) of one stride's cells (1, 15, h, w)."""
    rows, columns = np.mgrid[: output.shape[2], : output.shape[3]].reshape(2, -1)
    centres = (np.stack([columns, rows], axis=1) + 0.5) * stride
    values = output[0].reshape(output.shape[1], -1).T
    middles = centres + values[:, 1:3] * stride
    sizes = np.exp(np.clip(values[:, 3:5], -3, 3)) * (BOX_UNIT * stride)
    landmarks = centres[:, None] + values[:, 5:15].reshape(-1, 5, 2) * (LANDMARK_UNIT * stride)
    boxes = np.concatenate([middles - sizes / 2, sizes], axis=1)
    scores = 1 / (1 + np.exp(-values[:, 0]))
    return scores.astype(np.float32), boxes.astype(np.float32), landmarks.astype(np.float32)


def agreed(found: Found) -> Found:
    """Each face once, where all finds of it agree it is, as inference has it (`inference/agreement.py`)."""
    kept = distinct(found.boxes)
    boxes, landmarks = found.boxes[kept], found.landmarks[kept]
    for place, best in enumerate(kept):
        shared = overlaps(found.boxes[best], found.boxes)
        weights = np.where(shared >= AGREEING, shared * found.scores, 0)
        weights = weights / weights.sum()
        boxes[place], landmarks[place] = weights @ found.boxes, np.tensordot(weights, found.landmarks, 1)
    return Found(boxes, landmarks, found.scores[kept])


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
