"""The figures of the service for Prometheus, read when they are asked for."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, get_args

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from stream.source import State
from web.service import SHEDDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus_client.metrics_core import Metric

    from web.service import Service, StreamView
    from web.subscriber import Figures

_STREAM = ("stream",)


class ServiceCollector(Collector):
    """What the service says of itself, its models and its streams."""

    def __init__(self, service: Service, version: str) -> None:
        self._service = service
        self._version = version

    def collect(self) -> Iterator[Metric]:
        build = {"version": self._version, "python": platform.python_version()}
        yield InfoMetricFamily("semblance_build", "Version of the service", build)
        yield GaugeMetricFamily("semblance_ready", "Models are loaded and warm", float(self._service.ready))
        yield self._models()
        yield from _streams(self._service.streams())

    def _models(self) -> Metric:
        names = ("task", "name", "version", "sha256", "provider")
        family = InfoMetricFamily("semblance_model", "A model that is loaded", labels=names)
        for model in self._service.models():
            family.add_metric([str(getattr(model, name)) for name in names], {})
        return family


class LiveCollector(Collector):
    """What goes out over the live WebSocket."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield GaugeMetricFamily("semblance_live_clients", "Clients of the live WebSocket", figures.clients)
        for name, help_text, label, counts in (
            ("semblance_live_messages_sent", "Messages sent to clients", "type", figures.sent),
            ("semblance_live_messages_dropped", "Messages a newer one replaced", "type", figures.dropped),
            ("semblance_live_clients_refused", "Clients turned away or closed", "reason", figures.closed),
        ):
            family = CounterMetricFamily(name, help_text, labels=(label,))
            for key, count in sorted(counts.items()):
                family.add_metric((key,), count)
            yield family


def metrics_router(collectors: Iterable[Collector]) -> APIRouter:
    """The route `/metrics`, over a registry of its own."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for collector in collectors:
        registry.register(collector)
    router = APIRouter(tags=["service"])

    async def metrics(request: Request) -> Response:
        """Figures for Prometheus."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"content-type": content_type})

    router.add_api_route("/metrics", metrics, response_class=Response)
    return router


def _streams(views: Sequence[StreamView]) -> Iterator[Metric]:
    states = GaugeMetricFamily("semblance_streams", "Streams by state", labels=("state",))
    for state in get_args(State):
        states.add_metric((state,), sum(view.condition.state == state for view in views))
    yield states
    running = {view.id: float(view.condition.state == "running") for view in views}
    yield _gauge("semblance_stream_running", "1 while frames come in", running)
    fps = {view.id: view.analysed_fps for view in views}
    yield _gauge("semblance_stream_analysed_fps", "Frames analysed a second", fps)
    shed = {view.id: view.shed for view in views}
    yield _gauge("semblance_stream_shed_ratio", "Share of the last frames that there was no time for", shed)
    overloaded = float(any(view.shed >= SHEDDING for view in views))
    yield GaugeMetricFamily("semblance_overloaded", "1 while a stream sheds 5 % or more", overloaded)
    decoded = {view.id: view.decoded for view in views}
    yield _counter("semblance_frames_decoded", "Frames decoded", decoded)
    analysed = {view.id: view.analysed for view in views}
    yield _counter("semblance_frames_analysed", "Frames analysed", analysed)
    reconnects = {view.id: view.reconnects for view in views}
    yield _counter("semblance_stream_reconnects", "Times a stream was opened anew", reconnects)
    dropped = {view.id: view.dropped for view in views}
    yield _by_cause("semblance_frames_dropped", "Frames dropped, by cause", "cause", dropped)
    irregular = {view.id: view.irregular for view in views}
    yield _by_cause("semblance_readings_irregular", "Readings out of the ordinary", "kind", irregular)
    yield _latencies(views)


def _by_cause(name: str, help_text: str, label: str, counts: Mapping[str, Mapping[str, int]]) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=("stream", label))
    for stream, causes in counts.items():
        for cause, count in sorted(causes.items()):
            family.add_metric((stream, cause), count)
    return family


def _latencies(views: Sequence[StreamView]) -> Metric:
    family = GaugeMetricFamily(
        "semblance_reading_latency_seconds",
        "From a frame's capture to its reading, over the last readings",
        labels=("stream", "quantile"),
    )
    for view in views:
        if view.latency is not None:
            family.add_metric((view.id, "0.5"), view.latency.p50)
            family.add_metric((view.id, "0.95"), view.latency.p95)
    return family


def _gauge(name: str, help_text: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=_STREAM)
    for stream, value in values.items():
        family.add_metric((stream,), value)
    return family


def _counter(name: str, help_text: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=_STREAM)
    for stream, value in values.items():
        family.add_metric((stream,), value)
    return family
