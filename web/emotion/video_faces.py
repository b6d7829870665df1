"""Which faces of a video the Emotion API reports: by their size, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inference.reading import Face

SMALLEST, LARGEST = 24, 2048  # pixels a side
MOST = 64


def reported(faces: Iterable[Face]) -> tuple[Face, ...]:
    """Those of a size in range, in their order; of more than 64 the largest."""
    found = [face for face in faces if _in_range(face)]
    if len(found) > MOST:
        kept = sorted(found, key=_area, reverse=True)[:MOST]
        least = {id(face) for face in kept}
        found = [face for face in found if id(face) in least]
    return tuple(found)


def _in_range(face: Face) -> bool:
    return (
        min(face.box.width, face.box.height) >= SMALLEST and max(face.box.width, face.box.height) <= LARGEST
    )


def _area(face: Face) -> float:
    return face.box.width * face.box.height
