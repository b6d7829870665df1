"""The pace of previews to one client."""

from __future__ import annotations

from web.preview_pace import PreviewPace


def picked(pace: PreviewPace, fps: float, times: list[float], stream: str = "lobby") -> int:
    return sum(pace.is_due(stream, fps, at) for at in times)


def test_of_ten_a_second_the_client_gets_as_many_as_it_wants() -> None:
    times = [number / 10 for number in range(100)]
    for fps in (10.0, 5.0, 3.0, 2.0, 0.5):
        assert 10 * fps <= picked(PreviewPace(), fps, times) <= 10 * fps + 1


def test_streams_have_a_pace_each_and_start_anew_when_forgotten() -> None:
    pace = PreviewPace()
    assert pace.is_due("lobby", 1.0, 0.0)
    assert pace.is_due("door", 1.0, 0.1)
    assert not pace.is_due("lobby", 1.0, 0.2)
    pace.forget("lobby")
    assert pace.is_due("lobby", 1.0, 0.3)


def test_another_rate_holds_at_once() -> None:
    pace = PreviewPace()
    assert pace.is_due("lobby", 0.1, 0.0)
    assert not pace.is_due("lobby", 0.1, 1.0)
    assert pace.is_due("lobby", 5.0, 1.2)
