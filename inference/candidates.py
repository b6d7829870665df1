"""Candidates: what a detector's outputs propose as faces, of which each face is kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.agreement import agreed
from inference.detections import NONE, Detections, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST = 2000
"""At most this many candidates for each picture are looked at, the best: noise must not cost seconds."""


class LayoutError(ValueError):
    """The outputs of a network are not laid out as its manifest says; the message says what they are."""


def distinct(
    found: Detections, owners: NDArray[np.intp], pictures: int, overlap: float, *, agree: bool = False
) -> list[Detections]:
    """The faces of each picture, best first: of candidates that share more than `overlap` the best scored.

    `owners` says which of the `pictures` each candidate belongs to. With `agree`, a face lies where all its
    candidates agree it does.
    """
    if not len(found):
        return [NONE] * pictures
    if len(found) > MOST * pictures:
        best = np.argpartition(-found.scores, MOST * pictures)[: MOST * pictures]
        found, owners = found.chosen(best), owners[best]
    kept = strongest(found, owners, overlap)
    best_of = [kept[owners[kept] == picture] for picture in range(pictures)]
    if not agree:
        return [found.chosen(best) for best in best_of]
    # Picture by picture: candidates are compared with each other, and a crowd in a batch would be millions.
    of_picture = [np.flatnonzero(owners == picture) for picture in range(pictures)]
    return [
        agreed(found.chosen(candidates), np.searchsorted(candidates, best), owners[candidates])
        for candidates, best in zip(of_picture, best_of, strict=True)
    ]


def check_shape(output: NDArray[np.float32], wanted: Sequence[int | None], what: str) -> None:
    """Raise `LayoutError` unless the output has the `wanted` shape, in which `None` is any number."""
    shape = output.shape
    if len(shape) != len(wanted) or any(
        right not in (None, side) for side, right in zip(shape, wanted, strict=True)
    ):
        shown = ", ".join("any" if side is None else str(side) for side in wanted)
        raise LayoutError(f"{what} has the shape {shape}, not ({shown})")
