"""What share of its frames a stream has lost lately because there was no time for them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_AGE = 3.0
"""Seconds since its capture after which a frame is dropped instead of read. A sender of WebRTC is believed
where it says that its pictures are up to two seconds old when they come (`stream.webrtc.sender_clock`).
"""

SPAN = 5.0
"""Seconds over which frames are counted."""

_STEP = 0.5
_SETTLING = 1.0
"""Seconds in which a camera that was just opened sends what it had kept, faster than it films."""

_LEAST = 2.0
"""Seconds; in fewer a single frame would be a large share."""

_CAUSES = ("superseded", "expired", "overload")
"""Of a frame that would have been analysed, had there been time; all others are lost or left out for good."""


class Shedding:
    """Looks at a stream's counts now and then, and remembers those of the last `SPAN` seconds."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int, int]] = deque()
        self._begin: float | None = None

    def rest(self) -> None:
        """No frames come."""
        self._counts.clear()
        self._begin = None

    def note(self, analysed: int, dropped: Mapping[str, int], now: float) -> None:
        """The counts since the stream was added; to be told at least every second while frames come."""
        if self._begin is None:
            self._begin = now + _SETTLING
        if now < self._begin:
            return
        if not self._counts or now - self._counts[-1][0] >= _STEP:
            self._counts.append((now, analysed, _shed(dropped)))
        while now - self._counts[0][0] > SPAN + _STEP:
            self._counts.popleft()

    def share(self, analysed: int, dropped: Mapping[str, int]) -> float:
        """From 0 to 1, with the counts of now; 0 where there was nothing to lose, or no time to tell."""
        if not self._counts or self._counts[-1][0] - self._counts[0][0] < _LEAST:
            return 0.0
        _, read_before, shed_before = self._counts[0]
        shed = _shed(dropped) - shed_before
        wanted = shed + analysed - read_before
        return shed / wanted if wanted > 0 else 0.0


def _shed(dropped: Mapping[str, int]) -> int:
    return sum(dropped.get(cause, 0) for cause in _CAUSES)
