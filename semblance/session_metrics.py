"""How many publish, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from stream.webrtc.publishers import Publishers


class SessionCollector(Collector):
    """Publishers that are connected or connecting."""

    def __init__(self, publishers: Publishers) -> None:
        self._publishers = publishers

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "semblance_webrtc_sessions", "Publishers connected or connecting", self._publishers.sessions
        )
