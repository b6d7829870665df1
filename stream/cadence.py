"""Which frames are analysed when fewer are wanted than there are."""

from __future__ import annotations

_TOLERANCE = 0.25  # of a period: a frame that comes a little early is as good as the next, which is late


class Cadence:
    """Picks frames at an even rate.

    Due times accumulate, so that 25 frames a second yield exactly 10 and not every third (8.3). After a gap
    the beat starts again; missed frames are not made up for.
    """

    def __init__(self, fps: float | None) -> None:
        self._period = 1 / fps if fps else 0.0
        self._next: float | None = None

    def certainly_skips(self, seconds: float) -> bool:
        """Whether the frame of this media time will not be due, whatever comes before it."""
        return (
            bool(self._period) and self._next is not None and seconds < self._next - _TOLERANCE * self._period
        )

    def picks(self, seconds: float) -> bool:
        """Whether this frame is due; if so the next due time moves on. Times must not fall."""
        if self.certainly_skips(seconds):
            return False
        if self._next is None or seconds > self._next + self._period:
            self._next = seconds
        self._next += self._period
        return True
