"""What the models have done, for Prometheus."""

from collections import Counter
from typing import TYPE_CHECKING, cast

from prometheus_client import CollectorRegistry, generate_latest

from inference.engine import Statistics
from semblance.inference_metrics import InferenceCollector
from stream.tiered import TieredFigures

if TYPE_CHECKING:
    from semblance.pipeline import Pipeline


class Loaded:
    """The part of a pipeline that the collector reads."""

    def __init__(self, statistics: Statistics | None) -> None:
        self.statistics = statistics
        self.beside = TieredFigures(taken=9, pressed=2)


def exposed(statistics: Statistics | None) -> str:
    registry = CollectorRegistry()
    registry.register(InferenceCollector(cast("Pipeline", Loaded(statistics))))
    return generate_latest(registry).decode()


def test_batches_are_counted_by_size_and_seconds_by_stage() -> None:
    text = exposed(
        Statistics(Counter({1: 3, 4: 2}), frames=11, faces=7, detect_seconds=0.5, read_seconds=0.25)
    )
    assert 'semblance_inference_batches_total{size="4"} 2.0' in text
    assert "semblance_inference_faces_total 7.0" in text
    assert 'semblance_inference_busy_seconds_total{stage="read"} 0.25' in text
    assert 'semblance_inference_recording_frames_total{room="left"} 7.0' in text
    assert 'semblance_inference_recording_frames_total{room="none"} 2.0' in text


def test_before_the_models_are_loaded_there_is_nothing_to_tell() -> None:
    assert exposed(None) == ""
