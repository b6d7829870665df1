"""Framing: which square of a picture a classifier sees of a face, by the `crop` of its manifest."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import starmap
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.manifest import Crop

_SMALLEST, _LARGEST = 0.5, 2.0
"""The side that the landmarks ask for must lie between these parts of the box's."""
_FURTHEST = 0.5
"""In sides of the box's square: how far from its centre the landmarks may have theirs."""
_STEEPEST = math.cos(math.radians(60))


class Square(NamedTuple):
    """The centre in pixels, and the way along the upper edge: by `across` to the right and `down`."""

    x: float
    y: float
    across: float
    down: float


def framed(box: Sequence[float], landmarks: Sequence[Sequence[float]] | None, rule: Crop) -> Square:
    """The square that becomes the model's picture of the face with this box: left, top, width, height.

    Landmarks that nearly coincide, lie beside the box, or would have a square beyond half or twice the box's
    or turned by more than 60 degrees are not believed: then, as without any, the box decides.
    """
    left, top, width, height = box
    x, y, side = left + width / 2, top + height / 2, max(width, height) * rule.scale
    if landmarks is None:
        return Square(x, y, side, 0.0)
    if rule.template is not None:
        matched = _matched(landmarks, rule.template)
        if matched is not None and _believed(matched, x, y, side):
            return matched
    if rule.level == "eyes":
        return _levelled(x, y, side, landmarks)
    return Square(x, y, side, 0.0)


def _matched(
    landmarks: Sequence[Sequence[float]], template: tuple[tuple[float, float], ...]
) -> Square | None:
    """The square in which the landmarks come closest to the template, by the sum of squares.

    Umeyama 1991 without reflection; in the plane a similarity is one complex factor and a shift.
    """
    goals, offset = _goals(template)
    points = list(starmap(complex, landmarks))
    middle = sum(points) / len(points)
    turned = sum(map(mul, points, goals))
    if not turned:
        return None
    spread = sum([x * x + y * y for x, y in landmarks]) - len(points) * abs(middle) ** 2
    edge = spread / turned.conjugate()
    centre = middle + offset * edge
    return Square(centre.real, centre.imag, edge.real, edge.imag)


@lru_cache(maxsize=8)
def _goals(template: tuple[tuple[float, float], ...]) -> tuple[tuple[complex, ...], complex]:
    """The template's points about their middle, conjugate, and the way from there to the square's centre."""
    points = list(starmap(complex, template))
    middle = sum(points) / len(points)
    return tuple([(point - middle).conjugate() for point in points]), 0.5 + 0.5j - middle


def _believed(square: Square, x: float, y: float, side: float) -> bool:
    edge = math.hypot(square.across, square.down)
    return (
        _SMALLEST * side <= edge <= _LARGEST * side
        and square.across >= _STEEPEST * edge
        and math.hypot(square.x - x, square.y - y) <= _FURTHEST * side
    )


def _levelled(x: float, y: float, side: float, landmarks: Sequence[Sequence[float]]) -> Square:
    """Turned until the line from the eye on the left of the picture to the one on its right is level."""
    (right_x, right_y), (left_x, left_y) = landmarks[:2]
    across, down = left_x - right_x, left_y - right_y
    length = math.hypot(across, down)
    if not 0 < length < math.inf:  # the eyes coincide, or are no numbers
        return Square(x, y, side, 0.0)
    return Square(x, y, side * across / length, side * down / length)
