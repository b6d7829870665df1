"""The connection to the MQTT broker, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from web.hooks.mqtt_figures import MqttFigures


class MqttCollector(Collector):
    """Whether the broker is there, and what was published to it."""

    def __init__(self, figures: MqttFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield GaugeMetricFamily("semblance_mqtt_connected", "1 while connected", value=figures.connected)
        yield CounterMetricFamily(
            "semblance_mqtt_connections", "Connections made to the broker", value=figures.connections
        )
        published = CounterMetricFamily("semblance_mqtt_published", "Messages published", labels=["kind"])
        published.add_metric(["scores"], figures.scores)
        published.add_metric(["event"], figures.events)
        yield published
        yield CounterMetricFamily(
            "semblance_mqtt_dropped",
            "Window scores that a newer one or their age overtook before they were published",
            value=figures.dropped,
        )
