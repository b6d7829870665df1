"""Which frames are analysed when fewer are wanted than there are."""

from __future__ import annotations

_TOLERANCE = 0.25  # of a period: a frame that comes a little early is as good as the next, which is late


class Cadence:
    """Picks frames at an even rate, which may change at any time.

    Due times accumulate, so that 25 frames a second yield exactly 10 and not every third (8.3). After a gap
    the beat starts again; missed frames are not made up for.
    """

    def __init__(self, fps: float | None) -> None:
        self.pace(fps)
        self._beat: float | None = None

    @property
    def interval(self) -> float | None:
        """Seconds between two frames; `None` where each is picked."""
        return self._period or None

    def pace(self, fps: float | None) -> None:
        """At most so many a second from the last beat on; may be called from any thread."""
        self._period = 1 / fps if fps else 0.0

    def certainly_skips(self, seconds: float) -> bool:
        """Whether the frame of this media time will not be due, whatever comes before it.

        A rate that rises meanwhile may make it due after all.
        """
        return self._skips(seconds, self._period)

    def picks(self, seconds: float) -> bool:
        """Whether this frame is due; if so the beat moves on. Times must not fall."""
        period = self._period
        if self._skips(seconds, period):
            return False
        if self._beat is None or seconds > self._beat + 2 * period:
            self._beat = seconds
        else:
            self._beat += period
        return True

    def _skips(self, seconds: float, period: float) -> bool:
        return bool(period) and self._beat is not None and seconds < self._beat + (1 - _TOLERANCE) * period
