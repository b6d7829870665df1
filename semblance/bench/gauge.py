"""The gauge: stands before the service's publisher and notes when readings come."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inference import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.service import Published, Publisher


class Gauge:
    """Implements `Publisher`, and passes everything on. Counts from `begin` on."""

    def __init__(self, publisher: Publisher, clock: Callable[[], float]) -> None:
        self.analysed: Counter[str] = Counter()
        self.latencies: list[float] = []
        self._publisher = publisher
        self._clock = clock

    def begin(self) -> None:
        self.analysed = Counter()
        self.latencies = []

    def latency(self, share: float) -> float | None:
        """Seconds within which this share of the frames was read after their capture; `None` without any."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    def publish(self, message: Published) -> None:
        if isinstance(message, Reading):
            self.analysed[message.stream] += 1
            self.latencies.append(self._clock() - message.captured)
        self._publisher.publish(message)

    def previews_wanted(self, stream: str) -> float:
        return self._publisher.previews_wanted(stream)

    def retract_previews(self, stream: str) -> None:
        self._publisher.retract_previews(stream)

    def forget(self, stream: str) -> None:
        self._publisher.forget(stream)
