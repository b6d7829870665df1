"""How fast files are analysed, and how long it will take yet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from semblance.files.outcome import counted

if TYPE_CHECKING:
    from semblance.files.outcome import Outcome

OF_A_PICTURE = 0.2
"""Seconds of video that take about as long as a picture."""


class Pace:
    """What has been done of `count` files since `began` (seconds, as every `now`).

    `worked` and `total` (`None` while it is not known) count seconds of video, or what takes as long.
    """

    def __init__(self, count: int, began: float) -> None:
        self.total: float | None = None
        self.worked = 0.0
        self._count = count
        self._began = began
        self._done = self._frames = self._faces = 0
        self._seconds = 0.0

    @property
    def files(self) -> str:
        return f"{self._done} of {counted(self._count, 'file')}"

    def add(self, seconds: float) -> None:
        """A frame that many seconds after the one before."""
        self._frames += 1
        self._seconds += seconds
        self.worked += seconds

    def done(self, outcome: Outcome, length: float | None) -> None:
        """A file is done, which said of itself that it would take `length`."""
        self._done += 1
        self._faces += outcome.faces
        self.worked += max(0.0, (length or 0.0) - outcome.seconds)

    def said(self, now: float) -> str:
        speed = self._speed(now)
        if not self.total or not self.worked:
            return speed
        left = round((now - self._began) * max(0.0, self.total / self.worked - 1))
        return f"{timedelta(seconds=left)} left, {speed}"

    def sum(self, now: float) -> str | None:
        """`None` where nothing has been read."""
        if not self._frames:
            return None
        counts = (self._done, "file"), (self._frames, "frame"), (self._faces, "face")
        said = ", ".join(counted(count, thing) for count, thing in counts)
        if self._seconds:
            said += f", {self._seconds:,.1f} s of video"
        return f"{said} in {now - self._began:.1f} s: {self._speed(now)}"

    def _speed(self, now: float) -> str:
        took = max(now - self._began, 1e-3)
        rate = f"{self._frames / took:.0f} frames/s"
        return f"{self._seconds / took:.1f} x real time, {rate}" if self._seconds else rate
