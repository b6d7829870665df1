"""Media time rises, whatever the timestamps do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.media_timeline import MediaTimeline


def placed(timestamps: list[float], arrivals: list[float] | None = None) -> list[float | None]:
    timeline = MediaTimeline()
    times = [timeline.place(at, arrivals[index] if arrivals else None) for index, at in enumerate(timestamps)]
    return [None if seconds is None else round(seconds, 6) for seconds in times]


def test_media_time_begins_with_the_first_frame() -> None:
    assert placed([7.0, 7.04, 7.08]) == [0, 0.04, 0.08]


def test_timestamps_that_start_anew_go_on_where_they_were() -> None:
    assert placed([0.0, 0.04, 0.08, 0.0, 0.04, 0.08]) == [0, 0.04, 0.08, None, 0.12, 0.16]
    assert placed([600.0, 600.04, 0.0, 0.04]) == [0, 0.04, 0.08, 0.12]


def test_a_recording_may_leave_out_any_time() -> None:
    assert placed([0.0, 0.04, 90.0]) == [0, 0.04, 90]


def test_a_recording_that_was_joined_leaves_out_no_more_than_it_may() -> None:
    timeline = MediaTimeline()
    timeline.restart(longest_gap=10)
    assert [timeline.place(at, None) for at in (0.0, 0.04, 9.0, 600.0)] == pytest.approx([0, 0.04, 9, 9.04])


def test_a_live_jump_ahead_counts_as_the_time_that_passed() -> None:
    assert placed([0.0, 0.04, 9000.0, 9000.04], [50.0, 50.04, 50.10, 50.14]) == [0, 0.04, 0.1, 0.14]


def test_a_live_gap_is_as_long_as_it_was() -> None:
    assert placed([0.0, 0.04, 5.0], [50.0, 50.04, 55.0]) == [0, 0.04, 5]


def test_a_frame_out_of_order_is_refused() -> None:
    assert placed([0.0, 0.08, 0.04, 0.12]) == [0, 0.08, None, 0.12]


def test_a_reconnect_goes_on_after_the_time_it_took() -> None:
    timeline = MediaTimeline()
    timeline.place(100.0, 10.0)
    timeline.place(100.04, 10.04)
    timeline.restart()
    assert timeline.place(3.0, 25.04) == pytest.approx(15.04)


def test_a_loop_goes_on_after_one_interval() -> None:
    timeline = MediaTimeline()
    for timestamp in (0.0, 0.05, 0.10):
        timeline.place(timestamp, None)
    timeline.restart()
    assert timeline.place(0.0, None) == pytest.approx(0.15)


def test_the_time_foretold_is_the_time_given() -> None:
    timeline = MediaTimeline()
    assert timeline.peek(12.0, None) is None
    timeline.place(12.0, None)
    assert timeline.peek(12.5, None) == timeline.place(12.5, None) == 0.5


def test_no_time_is_foretold_across_a_jump() -> None:
    timeline = MediaTimeline()
    timeline.place(12.0, 3.0)
    assert timeline.peek(2.0, 3.04) is None
    assert timeline.peek(20.0, 3.04) is None
    assert timeline.peek(20.0, 10.5) == 8


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 3)), min_size=1), st.booleans())
def test_media_time_only_rises(steps: list[tuple[float, float]], live: bool) -> None:
    timeline, now, last = MediaTimeline(), 10.0, -1.0
    for timestamp, step in steps:
        now += step
        seconds = timeline.place(timestamp, now if live else None)
        if seconds is not None:
            assert seconds > last
            last = seconds
