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


_FAR = 4
"""Boxes and landmarks lie within so many sides of the picture; what does not is no face."""


class LayoutError(ValueError):
    """The outputs of a network are not laid out as its manifest says; the message says what they are."""


def distinct(
    found: Detections,
    owners: NDArray[np.intp],
    pictures: int,
    sides: tuple[int, int],
    overlap: float,
    *,
    agree: bool = False,
) -> list[Detections]:
    """The faces of each picture, best first: of candidates that share more than `overlap` the best scored.

    `owners` says which of the `pictures`, `sides` wide and high, each candidate belongs to. With `agree`, a
    face lies where all its candidates agree it does.
    """
    sound = _sound(found, _FAR * max(sides))
    if not sound.all():
        found, owners = found.chosen(sound), owners[sound]
    if not len(found):
        return [NONE] * pictures
    if pictures == 1:
        return [_of_one(found, overlap, agree=agree)]
    # Each picture by itself: none takes another's places, and candidates are compared pair by pair.
    return [_of_one(found.chosen(owners == picture), overlap, agree=agree) for picture in range(pictures)]


def _sound(found: Detections, far: float) -> NDArray[np.bool_]:
    """Which candidates are rectangles near the picture; of NaN no comparison is true."""
    near = (found.boxes[:, 2:] > 0).all(1) & np.isfinite(found.scores) & (np.abs(found.boxes) < far).all(1)
    if found.landmarks is not None:
        near &= (np.abs(found.landmarks) < far).all((1, 2))
    return near


def _of_one(found: Detections, overlap: float, *, agree: bool) -> Detections:
    """The faces in the candidates of one picture."""
    if len(found) > MOST:
        found = found.chosen(np.argpartition(-found.scores, MOST)[:MOST])
    kept = strongest(found, overlap)
    return agreed(found, kept) if agree else found.chosen(kept)


def check_shape(output: NDArray[np.float32], wanted: Sequence[int | None], what: str) -> None:
    """Raise `LayoutError` unless the output has the `wanted` shape, in which `None` is any number."""
    shape = output.shape
    if len(shape) != len(wanted) or any(
        right not in (None, side) for side, right in zip(shape, wanted, strict=True)
    ):
        shown = ", ".join("any" if side is None else str(side) for side in wanted)
        raise LayoutError(f"{what} has the shape {shape}, not ({shown})")
