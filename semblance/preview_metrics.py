"""What the previews have cost, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from semblance.previews import Figures


class PreviewCollector(Collector):
    """Pictures made, each once for all who watch; those a newer one replaced; the time of the thread."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield CounterMetricFamily("semblance_previews", "Previews encoded", value=figures.made)
        yield CounterMetricFamily(
            "semblance_previews_dropped",
            "Previews that a newer one replaced before they were encoded",
            value=figures.dropped,
        )
        yield CounterMetricFamily(
            "semblance_preview_busy_seconds", "Time at work on previews", value=figures.seconds
        )
