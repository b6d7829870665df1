"""Which faces the Emotion API reports: by their size, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inference.reading import Face

MOST = 64


@dataclass(frozen=True, slots=True)
class Sides:
    """Pixels a side of a face that is reported."""

    smallest: int
    largest: int

    def hold(self, face: Face) -> bool:
        sides = (face.box.width, face.box.height)
        return min(sides) >= self.smallest and max(sides) <= self.largest


PICTURE, VIDEO = Sides(36, 4096), Sides(24, 2048)


def reported(faces: Iterable[Face], sides: Sides) -> tuple[Face, ...]:
    """Those of a size in range, in their order; of more than 64 the largest."""
    found = [face for face in faces if sides.hold(face)]
    if len(found) > MOST:
        kept = sorted(found, key=_area, reverse=True)[:MOST]
        least = {id(face) for face in kept}
        found = [face for face in found if id(face) in least]
    return tuple(found)


def _area(face: Face) -> float:
    return face.box.width * face.box.height
