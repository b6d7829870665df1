"""Regions: the parts of a picture that are looked at closely, each about a face that was there before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.tensor import rounded_up
from stream.frame import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

FACE = 80
"""Pixels of a face in a region at most, and more than half of it at least: larger ones are halved.

Landmarks found so are as near to those marked by hand as at larger sizes, at 0.050 of twice the distance from
eyes to mouth, and nearer than in a whole look, where they are missed by 0.057 for faces of 120 pixels, 0.07
for 200 and 0.16 for 320 (`tests.bench.bench_detect_every --marked`).
"""
ROOM, NARROW = 2.0, 1.5
"""A region's side in sizes of the face: it is found again where it moved by half or a quarter of itself."""
_LEAST = 64
"""Pixels of a region's side at least."""
LARGEST = int(FACE * ROOM)
"""Pixels of a region's side at most."""


@dataclass(frozen=True, slots=True)
class Region:
    """`part` of a picture, to be shown to the detector in a square input of `side` pixels.

    Where the picture ends before the square does, the part is smaller than that.
    """

    part: Part
    side: int


def region(box: Sequence[float], width: int, height: int, room: float, step: int) -> Region | None:
    """The region about a face in a picture of this size; sides are multiples of `step`.

    `None` where nothing of the picture is in it.
    """
    left, top, across, down = box
    face = max(across, down)
    shrink = 1 << max(0, math.ceil(math.log2(face / FACE)))
    side = rounded_up(max(_LEAST, round(face / shrink * room)), step)
    left, reach_across = _span(left + across / 2, side * shrink, width, shrink)
    top, reach_down = _span(top + down / 2, side * shrink, height, shrink)
    if reach_across <= 0 or reach_down <= 0:
        return None
    return Region(Part(left, top, reach_across, reach_down, shrink), side)


def _span(middle: float, reach: int, limit: int, shrink: int) -> tuple[int, int]:
    """Where it begins, an even number, and how many pixels it is long; shifted into the picture."""
    first = 2 * (int(min(max(0.0, middle - reach / 2), max(0, limit - reach))) // 2)
    whole = 2 * shrink
    return first, min(reach, limit - first) // whole * whole
