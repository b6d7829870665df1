"""Which frames are picked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.cadence import Cadence


def picked(fps: float | None, times: list[float]) -> list[float]:
    cadence = Cadence(fps)
    return [seconds for seconds in times if cadence.picks(seconds)]


@pytest.mark.parametrize(("source", "wanted"), [(25, 10), (30, 10), (30, 7), (29.97, 15), (60, 24), (25, 25)])
def test_the_rate_asked_for_is_the_rate_there_is(source: float, wanted: float) -> None:
    count = len(picked(wanted, [index / source for index in range(round(source * 20))]))
    assert abs(count / 20 - wanted) <= 0.1


def test_a_source_slower_than_asked_for_loses_no_frame() -> None:
    times = [index / 8 for index in range(80)]
    assert picked(10, times) == times


def test_a_source_as_fast_as_asked_for_loses_no_frame_to_jitter() -> None:
    times = [index / 10 + (0.002 if index % 3 else -0.002) for index in range(100)]
    assert picked(10, times) == times


def test_frames_are_spread_evenly() -> None:
    # |0    .1   .2   .3   .4  due
    # |0 .04 .08 .12 .16 .2 .24 .28 .32 .36 .4
    assert picked(10, [index / 25 for index in range(11)]) == [0, 2 / 25, 5 / 25, 7 / 25, 10 / 25]


def test_a_gap_is_not_made_up_for() -> None:
    times = [index / 25 for index in range(25)] + [10 + index / 25 for index in range(25)]
    assert len([seconds for seconds in picked(10, times) if seconds >= 10]) == 10


def test_without_a_rate_every_frame_is_picked() -> None:
    times = [0.0, 0.001, 0.5]
    assert picked(None, times) == times


@given(st.lists(st.floats(0.001, 0.5), min_size=1), st.floats(0.5, 60))
def test_what_certainly_is_skipped_never_is_picked_and_no_more_is_picked_than_asked_for(
    steps: list[float], fps: float
) -> None:
    cadence, seconds, taken = Cadence(fps), 0.0, 0
    for step in steps:
        seconds += step
        skipped = cadence.certainly_skips(seconds)
        took = cadence.picks(seconds)
        assert not (skipped and took)
        taken += took
    assert taken <= (sum(steps) - steps[0]) * fps + 2
