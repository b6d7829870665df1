"""The clock of a video's result: times are whole ticks, and a frame is a whole number of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

SLOWEST, FASTEST = 0.02, 300.0
"""Frames a second that a result is divided by; a medium that says it has others is not taken at its word."""
_FINE = 10_000


@dataclass(frozen=True, slots=True)
class Ticks:
    """`timescale` ticks are a second, `frame` ticks a frame (30000 and 1001 at 29.97 frames a second)."""

    timescale: int
    frame: int

    @classmethod
    def of(cls, fps: float) -> Ticks:
        """A clock fine enough for any use, and coarse enough for hours in 32 bits."""
        rate = Fraction(min(max(fps, SLOWEST), FASTEST)).limit_denominator(1001)
        scale = next((each for each in (1, 10, 100) if rate.numerator * each >= _FINE), 1000)
        return cls(timescale=rate.numerator * scale, frame=rate.denominator * scale)

    def frames(self, seconds: float) -> float:
        """How many frames so many seconds last, whole or not."""
        return seconds * self.timescale / self.frame

    def whole_frames(self, seconds: float) -> int:
        """The nearest whole number of frames, at least one."""
        return max(1, round(self.frames(seconds)))

    @property
    def framerate(self) -> float:
        return round(self.timescale / self.frame, 3)
