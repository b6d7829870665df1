"""`semblance demo`: what is read agrees with the timeline that the drawn people act."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from stream.pattern.timeline import Timeline
from tests.e2e.live import listening
from tests.e2e.service import COMMAND, free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[int]:
    """The port of a demo that shows scores."""
    port, log = free_port(), tmp_path / "demo.log"
    with log.open("wb") as sink:
        process = subprocess.Popen([str(COMMAND), "demo", "--port", str(port)], stdout=sink, stderr=sink)
    try:
        wait_until(lambda: _answers(port), 60, log.read_text)
        yield port
        process.terminate()
        assert process.wait(timeout=5) == 0
        assert "Traceback" not in log.read_text()
        assert f"http://127.0.0.1:{port}" in log.read_text()
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def within_one(timeline: Timeline, start: float, end: float) -> str | None:
    """The emotion acted during all of a stretch, if it is one."""
    segment = timeline.segment_at(start)
    return segment.emotion if start >= 0 and end <= segment.end else None


def test_over_one_cycle_the_dominant_emotion_agrees_with_the_timeline(demo: int) -> None:
    timeline = Timeline()
    begun: float | None = None
    windows: list[dict[str, Any]] = []
    begin = time.monotonic()
    with listening(f"ws://127.0.0.1:{demo}/api/v1/live", "*", "summary", "reading") as live:
        for message in live.for_seconds(timeline.cycle + 4):
            if message["type"] == "reading" and begun is None:
                begun = seconds(message["capturedAt"]) - message["pts"]
            if message["type"] == "summary" and message["window"] == "2s":
                windows.append(message)
    assert begun is not None, f"no reading in {time.monotonic() - begin:g} s"
    acted = [
        (within_one(timeline, seconds(window["start"]) - begun, seconds(window["end"]) - begun), window)
        for window in windows
    ]
    judged = [(emotion, window["dominant"]) for emotion, window in acted if emotion is not None]
    assert len({emotion for emotion, _ in judged}) == 8, Counter(judged)
    agreeing = sum(emotion == dominant for emotion, dominant in judged)
    assert agreeing >= 0.8 * len(judged), Counter(judged)
