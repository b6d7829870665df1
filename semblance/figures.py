"""How fast a stream is being read, and how long after its capture."""

from __future__ import annotations

from collections import deque

from web.service import Latency

SPAN = 5.0
"""Seconds over which the rate is counted."""


class ReadingFigures:
    """Counts readings as they come; memory is bounded by the readings of `SPAN` seconds and 512 latencies."""

    def __init__(self) -> None:
        self.analysed = 0
        self._times: deque[float] = deque()
        self._latencies: deque[float] = deque(maxlen=512)

    def add(self, captured: float, now: float) -> None:
        """A frame captured at `captured` was read at `now`; both monotonic seconds."""
        self.analysed += 1
        self._times.append(now)
        self._latencies.append(now - captured)
        self._forget(now)

    def fps(self, now: float) -> float:
        """Readings per second over the last `SPAN` seconds, or over the time since the first of them."""
        self._forget(now)
        if len(self._times) < 2:
            return 0.0
        newest, oldest = self._times[-1], self._times[0]
        if now - newest > SPAN / 2:
            return len(self._times) / SPAN
        return (len(self._times) - 1) / (newest - oldest) if newest > oldest else 0.0

    def latency(self) -> Latency | None:
        """Over the last readings; `None` before the first."""
        if not self._latencies:
            return None
        ordered = sorted(self._latencies)
        return Latency(p50=_quantile(ordered, 0.5), p95=_quantile(ordered, 0.95))

    def _forget(self, now: float) -> None:
        while self._times and now - self._times[0] > SPAN:
            self._times.popleft()


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
