"""When a frame was captured, told from when its packets arrived."""

from __future__ import annotations

import math

_JUMP = 1.0
_WINDOW = 5.0  # seconds: longer than a network shakes, short enough to follow two clocks that drift


class CaptureClock:
    """Maps media time to the monotonic clock.

    The network only ever delays, so the packet that came soonest for its media time tells best how the two
    clocks lie to each other: the minimum over this window and the one before it. A packet more than a second
    off that, or one whose decoding time falls, means that the medium's clock was set anew.
    """

    def __init__(self) -> None:
        self._before = math.inf
        self._least = math.inf
        self._begun = -math.inf
        self._arrived = -math.inf
        self._decoding_time: float | None = None
        self._captured = -math.inf

    def arrived(self, seconds: float, decoding_time: float | None, now: float) -> None:
        """Takes note of a packet that arrived `now` for the media time `seconds`."""
        offset = now - seconds
        if self._fell(decoding_time) or offset - min(self._before, self._least) > _JUMP:
            self._before, self._least, self._begun = math.inf, offset, now
        elif now - self._begun > _WINDOW:
            self._before, self._least, self._begun = self._least, offset, now
        else:
            self._least = min(self._least, offset)
        self._arrived = now
        self._decoding_time = decoding_time

    def captured(self, seconds: float, now: float) -> float:
        """When the frame of this media time was captured: never after `now`, never before an earlier one."""
        offset = min(self._before, self._least)
        moment = now if math.isinf(offset) else min(seconds + offset, now)
        self._captured = max(self._captured, moment)
        return self._captured

    def _fell(self, decoding_time: float | None) -> bool:
        if decoding_time is None or self._decoding_time is None:
            return False
        return decoding_time < self._decoding_time
