"""Media time that only rises, whatever a medium's timestamps do."""

from __future__ import annotations

_JUMP = 1.0


class MediaTimeline:
    """Seconds since the first frame. Jumps of the timestamps, repetitions and reconnects are bridged.

    A live medium's timestamps may run at most a second ahead of the clock before it counts as a jump; those
    of a recording may leave out any time, as some screen recordings do.
    """

    def __init__(self) -> None:
        self._shift: float | None = None
        self._last: float | None = None
        self._interval = 0.04
        self._at = 0.0

    def restart(self) -> None:
        """The next timestamps belong to another opening of the medium."""
        self._shift = None

    def peek(self, timestamp: float) -> float:
        """The media time of a timestamp if no jump lies before it."""
        return timestamp + (self._shift if self._shift is not None else -timestamp)

    def place(self, timestamp: float, now: float | None) -> float | None:
        """The media time of the next frame, `None` for a frame that comes out of order and is to be dropped.

        `now` is the clock's time for a live medium, `None` for a recording.
        """
        elapsed = None if now is None or self._last is None else now - self._at
        if self._shift is None or self._jumped(timestamp, elapsed):
            self._shift = self._next(elapsed) - timestamp
        seconds = timestamp + self._shift
        if self._last is not None:
            if seconds <= self._last:
                return None
            if seconds - self._last < _JUMP:
                self._interval = seconds - self._last
        self._last = seconds
        self._at = now if now is not None else 0.0
        return seconds

    def _jumped(self, timestamp: float, elapsed: float | None) -> bool:
        if self._last is None or self._shift is None:
            return False
        step = timestamp + self._shift - self._last
        ahead = elapsed is not None and step > elapsed + _JUMP
        return step < -_JUMP / 2 or ahead

    def _next(self, elapsed: float | None) -> float:
        if self._last is None:
            return 0.0
        return self._last + max(self._interval, elapsed or 0.0)
