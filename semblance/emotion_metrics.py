"""What the Emotion API has done, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.metrics_core import Metric

    from stream.tiered import TieredFigures
    from web.emotion.operations import Operations
    from web.emotion.picture_figures import PictureFigures


class PicturesCollector(Collector):
    """Calls about pictures that were let in, and the time they took, with waiting, by the answer's status."""

    def __init__(self, figures: PictureFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, help_text, by_status in (
            ("calls", "Calls of recognize", self._figures.calls),
            ("seconds", "Time calls of recognize took", self._figures.seconds),
        ):
            family = CounterMetricFamily(f"semblance_emotion_recognize_{name}", help_text, labels=("status",))
            for status, value in sorted(by_status.items()):
                family.add_metric((str(status),), value)
            yield family


class OperationsCollector(Collector):
    """Operations by status, those that were taken, refused and ended, and what reading their videos took."""

    def __init__(self, operations: Operations, beside: Callable[[], TieredFigures]) -> None:
        """`beside` tells of the frames of recordings that were read beside the live ones."""
        self._operations = operations
        self._beside = beside

    def collect(self) -> Iterator[Metric]:
        figures = self._operations.figures
        states = GaugeMetricFamily(
            "semblance_emotion_operations", "Operations that are there", labels=("status",)
        )
        for status, count in self._operations.states.items():
            states.add_metric((status,), count)
        yield states
        ended = CounterMetricFamily(
            "semblance_emotion_operations_ended", "Operations that have ended", labels=("status",)
        )
        ended.add_metric(("Succeeded",), figures.succeeded)
        ended.add_metric(("Failed",), figures.failed)
        yield ended
        refused = CounterMetricFamily(
            "semblance_emotion_videos_refused", "Videos that were not taken", labels=("code",)
        )
        for code, count in sorted(figures.refused.items()):
            refused.add_metric((str(code),), count)
        yield refused
        beside = self._beside()
        for name, help_text, value in (
            ("frames", "Frames of videos that were read", beside.taken),
            ("frames_pressed", "Of them those that joined live frames which left no room", beside.pressed),
            ("operations_accepted", "Operations that have begun", figures.accepted),
            ("operations_expired", "Operations whose time was over", figures.expired),
            ("video_bytes", "Bytes of videos that were uploaded", self._operations.received),
            ("reading_seconds", "Time videos were at the models", figures.reading_seconds),
        ):
            yield CounterMetricFamily(f"semblance_emotion_{name}", help_text, value)
