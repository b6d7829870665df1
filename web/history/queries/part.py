"""A part of the history as columns of numbers, to be taken together: of recorded pieces or of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from aggregation.steps import STEPS
from web.history.records import WEIGHT_STEPS

if TYPE_CHECKING:
    from web.history.piece import Piece
    from web.history.summaries import Summaries

_Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]
_Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


class Part(NamedTuple):
    """Some summaries of one window, by their ends. `end` and `length` in microseconds.

    `weight` is what each counts in a mean: 0 where nobody was seen. `mean` and `distribution` have an emotion
    a row; `unit` is what 1 stands for in them.
    """

    end: _Column
    length: _Column | int
    frames: _Column
    faces: _Column
    tracks: _Column
    coverage: _Numbers
    weight: _Numbers
    mean: _Column
    distribution: _Column
    unit: float

    @property
    def size(self) -> int:
        return len(self.end)


def part_of_piece(piece: Piece, length: int) -> Part:
    seen = np.asarray(piece.mean.any(axis=0))
    return Part(
        piece.end,
        length,
        piece.frames,
        piece.faces,
        piece.tracks,
        piece.coverage / STEPS,
        face_weights(piece.weight / WEIGHT_STEPS, piece.faces, seen),
        piece.mean,
        piece.distribution,
        1 / STEPS,
    )


def part_of_rows(rows: Summaries) -> Part:
    return Part(
        rows["end"],
        rows["end"] - rows["start"],
        rows["frames"],
        rows["faces"],
        rows["tracks"],
        rows["coverage"],
        face_weights(rows["weight"], rows["faces"], rows["seen"]),
        rows["mean"].T,
        rows["distribution"].T,
        1.0,
    )


def face_weights(weight: _Numbers, faces: _Column, seen: _Column) -> _Numbers:
    """What each counts in a mean. What is only in memory has no weight of its own: its faces count then."""
    weights: _Numbers = weight * seen
    unknown = seen & (weights == 0)
    if unknown.any():
        weights[unknown] = faces[unknown]
    return weights
