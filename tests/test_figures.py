"""How fast a stream is read, and how long after its capture."""

import pytest

from semblance.figures import ReadingFigures


def test_a_steady_stream_is_read_at_its_rate() -> None:
    figures = ReadingFigures()
    for index in range(101):
        figures.add(captured=index * 0.1 - 0.05, now=index * 0.1)
    assert figures.fps(10.0) == pytest.approx(10.0)
    assert figures.analysed == 101


def test_a_stream_that_stopped_is_read_at_no_rate() -> None:
    figures = ReadingFigures()
    for index in range(20):
        figures.add(captured=index * 0.1, now=index * 0.1)
    assert figures.fps(30.0) == 0.0


def test_latency_is_told_by_its_quantiles() -> None:
    figures = ReadingFigures()
    assert figures.latency() is None
    for index in range(100):
        figures.add(captured=0.0, now=(index + 1) / 1000)
    latency = figures.latency()
    assert latency is not None
    assert latency.p50 == pytest.approx(0.051)
    assert latency.p95 == pytest.approx(0.096)
