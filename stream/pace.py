"""Plays a recording at its own pace."""

from __future__ import annotations

_BEHIND = 0.5


class Pace:
    """Says when a picture is to be shown. Time lost by more than half a second is not made up for."""

    def __init__(self) -> None:
        self._begin: float | None = None

    def shows_at(self, seconds: float, now: float) -> float:
        """The moment on the monotonic clock for this media time; in the past if the picture is late."""
        if self._begin is None or self._begin + seconds < now - _BEHIND:
            self._begin = now - seconds
        return self._begin + seconds
