"""Media time that only rises, whatever a medium's timestamps do."""

from __future__ import annotations

import math

_JUMP = 1.0
_BACK = 0.5  # less is a frame out of order, unless the next one is behind as well


class MediaTimeline:
    """Seconds since the first frame. Jumps of the timestamps, repetitions and reconnects are bridged.

    A live medium's timestamps may run at most a second ahead of the clock before it counts as a jump; those
    of a recording may leave out up to `longest_gap` seconds.
    """

    def __init__(self) -> None:
        self._shift: float | None = None
        self._last: float | None = None
        self._interval = 0.04
        self._at = 0.0
        self._behind = False
        self._longest_gap = math.inf

    def restart(self, longest_gap: float = math.inf) -> None:
        """The next timestamps belong to another opening of the medium."""
        self._shift = None
        self._longest_gap = longest_gap

    def peek(self, timestamp: float, now: float | None) -> float | None:
        """The media time that `place` would give; `None` where a jump makes that uncertain."""
        if self._shift is None or self._jumped(timestamp, self._elapsed(now)):
            return None
        return timestamp + self._shift

    def place(self, timestamp: float, now: float | None) -> float | None:
        """The media time of the next frame, `None` for a frame that comes out of order and is to be dropped.

        `now` is the clock's time for a live medium, `None` for a recording.
        """
        elapsed = self._elapsed(now)
        if self._shift is None or self._jumped(timestamp, elapsed):
            self._shift = self._next(elapsed) - timestamp
        seconds = timestamp + self._shift
        self._behind = self._last is not None and seconds <= self._last
        if self._behind:
            return None
        if self._last is not None and seconds - self._last < _JUMP:
            self._interval = seconds - self._last
        self._last = seconds
        self._at = now if now is not None else 0.0
        return seconds

    def _elapsed(self, now: float | None) -> float | None:
        return None if now is None or self._last is None else now - self._at

    def _jumped(self, timestamp: float, elapsed: float | None) -> bool:
        if self._last is None or self._shift is None:
            return False
        step = timestamp + self._shift - self._last
        longest = self._longest_gap if elapsed is None else elapsed + _JUMP
        return step < -_BACK or step > longest or (step <= 0 and self._behind)

    def _next(self, elapsed: float | None) -> float:
        if self._last is None:
            return 0.0
        return self._last + max(self._interval, elapsed or 0.0)
