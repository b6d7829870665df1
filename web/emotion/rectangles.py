"""The faces that a caller knows already: `faceRectangles=left,top,width,height;...`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.emotion.envelopes import EmotionError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 64

FARTHEST = 100_000
"""Pixels; the longest pictures that are read have a third of them."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_LONGEST_REPEATED = 60


@dataclass(frozen=True, slots=True)
class Rectangle:
    """In whole pixels of the upright picture."""

    left: int
    top: int
    width: int
    height: int

    @property
    def area(self) -> int:
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.left},{self.top},{self.width},{self.height}"


def read_rectangles(text: str) -> tuple[Rectangle, ...]:
    """Largest first; none where there is nothing in the text. Raises `EmotionError`."""
    parts = [part for part in text.split(";") if part.strip()]
    if len(parts) > MOST:
        raise _bad(f"There are {len(parts)} faceRectangles; {MOST} at most.")
    found = [_rectangle(number, part) for number, part in enumerate(parts, 1)]
    return tuple(sorted(found, key=lambda each: -each.area))


def check_inside(rectangles: Sequence[Rectangle], width: int, height: int) -> None:
    """Raises `EmotionError` for one of which nothing is in a picture of this size."""
    for each in rectangles:
        seen = (
            each.left < width
            and each.top < height
            and each.left + each.width > 0
            and each.top + each.height > 0
        )
        if not seen:
            raise _bad(
                f"The face rectangle {each} is outside the picture, which is {width} x {height} pixels."
            )


def _rectangle(number: int, text: str) -> Rectangle:
    values = [value.strip() for value in text.split(",")]
    if len(values) != 4 or not all(_NUMBER.fullmatch(value) for value in values):
        shown = text.strip()[:_LONGEST_REPEATED]
        raise _bad(f"Face rectangle {number}, {shown!r}, is not left,top,width,height in whole pixels.")
    rectangle = Rectangle(*map(int, values))
    if max(map(abs, map(int, values))) > FARTHEST:
        raise _bad(f"Face rectangle {number}, {rectangle}, goes beyond {FARTHEST} pixels.")
    if rectangle.width < 1 or rectangle.height < 1:
        raise _bad(f"Face rectangle {number}, {rectangle}, has no area.")
    return rectangle


def _bad(message: str) -> EmotionError:
    return EmotionError(400, "BadArgument", message)
