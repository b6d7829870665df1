"""What the models have done, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from semblance.pipeline import Pipeline


class InferenceCollector(Collector):
    """Batches by size, the seconds that each of the two model threads was busy, and frames of recordings."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def collect(self) -> Iterator[Metric]:
        statistics = self._pipeline.statistics
        if statistics is None:
            return
        batches = CounterMetricFamily("semblance_inference_batches", "Batches of frames", labels=("size",))
        for size, count in sorted(statistics.batches.items()):
            batches.add_metric((str(size),), count)
        yield batches
        yield CounterMetricFamily("semblance_inference_faces", "Faces read", value=statistics.faces)
        busy = CounterMetricFamily("semblance_inference_busy_seconds", "Time at work", labels=("stage",))
        busy.add_metric(("detect",), statistics.detect_seconds)
        busy.add_metric(("read",), statistics.read_seconds)
        yield busy
        beside = CounterMetricFamily(
            "semblance_inference_recording_frames",
            "Frames of recordings read, in room that live ones left or where they left none for long",
            labels=("room",),
        )
        figures = self._pipeline.beside
        beside.add_metric(("left",), figures.taken - figures.pressed)
        beside.add_metric(("none",), figures.pressed)
        yield beside
