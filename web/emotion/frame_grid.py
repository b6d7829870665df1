"""A video's readings put on an even grid of its frame rate, so that results count in whole frames."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.reading import Reading
    from web.emotion.ticks import Ticks

HOLD = 1.0
"""Seconds for which a picture stands where a variable frame rate leaves it; after that nothing is known."""

MOST_HELD = 16
"""Frames for which a picture stands even if they last longer than that, but never longer than `LONGEST_HOLD`;
and so many are held at most for each picture that came, all in all: the result grows with what was read.
"""

LONGEST_HOLD = 10.0
"""Seconds."""


class Place(NamedTuple):
    """What is seen at a frame of the grid, counted from 0."""

    number: int
    reading: Reading


class FrameGrid:
    """Each reading stands at the frame nearest to its time and is held until the next one.

    Of several at one frame the last is taken. Frames for which nothing may be held stay out.
    """

    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks
        self._hold = min(ticks.whole_frames(LONGEST_HOLD), max(ticks.whole_frames(HOLD), MOST_HELD))
        self._allowed = 0
        self._latest: Place | None = None

    def add(self, reading: Reading) -> Iterator[Place]:
        """Takes a reading, later than all before it, and gives the frames that are settled by it."""
        number = floor(self._ticks.frames(reading.pts or 0.0) + 0.5)
        self._allowed += MOST_HELD
        yield from self._settled(number)
        self._latest = Place(number, reading)

    def end(self) -> Iterator[Place]:
        """The last frame."""
        if self._latest is not None:
            yield self._latest

    def _settled(self, until: int) -> Iterator[Place]:
        if self._latest is None or until <= self._latest.number:
            return
        first, reading = self._latest
        places = min(until - first, self._hold, 1 + self._allowed)
        self._allowed -= places - 1
        for number in range(first, first + places):
            yield Place(number, reading)
