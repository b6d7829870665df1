"""When a frame was captured, told from when its packets arrived."""

from __future__ import annotations

_JUMP = 1.0
_LEAK = 0.001  # seconds a second: far more than two crystals differ, far less than a network shakes


class CaptureClock:
    """Maps media time to the monotonic clock.

    The network only ever delays, so the packet that came soonest for its media time tells best how the two
    clocks lie to each other (a minimum filter); a slow leak follows their drift. A packet more than a second
    off that, or one whose decoding time falls, means that the medium's clock was set anew.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._arrived = 0.0
        self._decoding_time: float | None = None
        self._captured = float("-inf")

    @property
    def started(self) -> bool:
        """Whether any packet with a media time has arrived; cameras send some without one first."""
        return self._offset is not None

    def arrived(self, seconds: float, decoding_time: float | None, now: float) -> None:
        """Takes note of a packet that arrived `now` for the media time `seconds`."""
        offset = now - seconds
        fell = (
            decoding_time is not None
            and self._decoding_time is not None
            and decoding_time < self._decoding_time
        )
        if self._offset is None or fell or offset - self._offset > _JUMP:
            self._offset = offset
        else:
            self._offset = min(self._offset + _LEAK * (now - self._arrived), offset)
        self._arrived = now
        self._decoding_time = decoding_time

    def captured(self, seconds: float) -> float:
        """When the frame of this media time was captured: never in the future, never before an earlier."""
        if self._offset is None:
            raise ValueError(
                f"no packet has arrived that the media time {seconds:g} s could be compared with"
            )
        self._captured = max(self._captured, min(seconds + self._offset, self._arrived))
        return self._captured
