"""Adaptive sampling: how many frames a second a stream is worth, told from what the last ones showed.

How fast the scores change is how far they are from their own average over the last second and a half, by that
time; "far" is half the sum of the differences, 0 to 1, the share that has gone from one emotion to another.
Scores that change by `LIMIT` a second are looked at once a second, those that change faster as many times as
often.

A step from one level to another is seen with the frame after it, whatever follows: what matters is how long
that takes. So a face is looked at twice a second even where nothing moves, a picture without any once, by a
beat that wanders: whoever looks in for a moment on a beat of their own would be missed each time by an even
one. What lasts shorter than those times may still be missed, and coverage does not tell. On the
clips and people of `tests/bench/bench_adaptive.py` a lower limit or a shorter memory gave more error
for as many frames.
"""

from __future__ import annotations

from math import exp, inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference.reading import Reading, Scores

LIMIT = 0.15
MEMORY = 1.5
STILL_FPS, EMPTY_FPS = 2.0, 1.0
WANDER = 0.8
"""Over how much of its second the look at an empty picture is spread."""
_GOLDEN = (5**0.5 - 1) / 2
"""Steps of this share of a whole, wrapped around, spread most evenly, however many they are."""
FIRST = 2.0
"""Seconds in which a stream is looked at as often as it may be, so that its own rhythm is known."""


class Sampling:
    """The rate of one stream, at most `fps`; times are seconds, of any clock."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._began: float | None = None
        self._at = 0.0
        self._usual: Scores | None = None
        self._place = 0.0

    def rate(self, reading: Reading, at: float) -> float:
        """Frames a second that are wanted after this reading."""
        if self._began is None or at < self._at:
            self._began = self._at = at
        passed, self._at = at - self._at, at
        seen = _mean(reading)
        speed = self._speed(seen, passed)
        if at - self._began < FIRST:
            return self._fps
        least = STILL_FPS if seen else self._empty_rate()
        return min(self._fps, max(least, speed / LIMIT))

    def _empty_rate(self) -> float:
        """One a second on average, each at a place of its own in its second; even where fewer are wanted."""
        if self._fps < STILL_FPS:
            return EMPTY_FPS
        before, self._place = self._place, (self._place + _GOLDEN) % 1.0
        return EMPTY_FPS / (1 + WANDER * (self._place - before))

    def _speed(self, seen: Scores | None, passed: float) -> float:
        """The change a second; where somebody comes, or the last one goes, it is as fast as can be."""
        before, self._usual = self._usual, seen
        if before is None or seen is None:
            return 0.0 if before is seen else inf
        gain = 1 - exp(-passed / MEMORY)
        self._usual = tuple([old + gain * (new - old) for old, new in zip(before, seen, strict=True)])
        far = sum([abs(new - old) for old, new in zip(before, seen, strict=True)]) / 2
        return far / max(MEMORY, passed)


def _mean(reading: Reading) -> Scores | None:
    """What the picture shows: the mean over its faces, `None` without any."""
    faces = reading.faces
    if not faces:
        return None
    return tuple([sum(column) / len(faces) for column in zip(*[face.scores for face in faces], strict=True)])
