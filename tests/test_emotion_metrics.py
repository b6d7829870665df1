"""What Prometheus gets to know of the Emotion API's operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from semblance.emotion_metrics import OperationsCollector, PicturesCollector
from stream.tiered import TieredFigures
from tests.operation_world import VIDEO, World, body, ended
from tests.virtual_clock import run_virtual
from web.emotion.envelopes import EmotionError
from web.emotion.picture_figures import PictureFigures

if TYPE_CHECKING:
    from pathlib import Path


def test_what_became_of_videos_is_counted(tmp_path: Path) -> None:
    async def main() -> str:
        world = World(tmp_path / "operations")
        async with world.service(waiting=1) as operations:
            first = await operations.upload("aggregate", body(VIDEO))
            with pytest.raises(EmotionError):
                await operations.upload("aggregate", body(VIDEO))
            await ended(operations, first)
            await operations.fetch("aggregate", "https://example.org/video.mp4")
            registry = CollectorRegistry()
            registry.register(OperationsCollector(operations, lambda: TieredFigures(taken=250, pressed=3)))
            return generate_latest(registry).decode()

    told = run_virtual(main())
    for line in (
        'semblance_emotion_operations{status="Succeeded"} 1.0',
        'semblance_emotion_operations{status="Uploading"} 1.0',
        'semblance_emotion_operations_ended_total{status="Succeeded"} 1.0',
        'semblance_emotion_videos_refused_total{code="429"} 1.0',
        "semblance_emotion_operations_accepted_total 2.0",
        "semblance_emotion_frames_total 250.0",
        "semblance_emotion_frames_pressed_total 3.0",
        f"semblance_emotion_video_bytes_total {float(len(VIDEO))}",
    ):
        assert line in told.splitlines()
    (spent,) = (
        line for line in told.splitlines() if line.startswith("semblance_emotion_reading_seconds_total")
    )
    assert float(spent.split()[1]) == pytest.approx(10.0)


def test_calls_about_pictures_are_counted_by_how_they_ended() -> None:
    figures = PictureFigures()
    for _ in range(2):
        with figures.call():
            pass
    with pytest.raises(EmotionError), figures.call():
        raise EmotionError(429, "RateLimitExceeded", "Too many.")
    with pytest.raises(ZeroDivisionError), figures.call():
        _ = 1 / 0
    registry = CollectorRegistry()
    registry.register(PicturesCollector(figures))
    told = generate_latest(registry).decode().splitlines()
    for status, count in ((200, 2), (429, 1), (500, 1)):
        assert f'semblance_emotion_recognize_calls_total{{status="{status}"}} {count}.0' in told
        assert any(
            line.startswith(f'semblance_emotion_recognize_seconds_total{{status="{status}"}}')
            for line in told
        )
