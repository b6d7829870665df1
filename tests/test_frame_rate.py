"""The frame rate of a video, and the clock made of it."""

import pytest

from web.emotion.frame_rate import believable
from web.emotion.ticks import Ticks


def times(fps: float, count: int = 32) -> list[float]:
    return [number / fps for number in range(count)]


@pytest.mark.parametrize("told", [25.0, 24.3])
def test_what_a_medium_says_is_believed_where_its_frames_do_not_come_faster(told: float) -> None:
    assert believable(times(25.0), told) == told


def test_frames_that_are_thinned_out_are_no_reason_to_doubt_the_rate() -> None:
    assert believable(times(5.0), 25.0) == 25.0


@pytest.mark.parametrize("fps", [1.0, 0.2])
def test_a_rate_far_above_the_frames_that_come_is_not_believed(fps: float) -> None:
    assert believable(times(fps), 30.0) == pytest.approx(16 * fps)


def test_the_average_of_a_video_that_pauses_is_not_its_rate() -> None:
    assert believable(times(30.0), 0.98) == pytest.approx(30.0)


def test_frames_without_any_rhythm_leave_the_average_alone() -> None:
    steps = [0.02, 0.08, 0.05, 0.03, 0.07, 0.05, 0.02, 0.08] * 4
    at = [sum(steps[:count]) for count in range(len(steps))]
    assert believable(at, 18.0) == 18.0


@pytest.mark.parametrize("told", [None, 1000.0, 90000.0])
def test_a_clock_is_no_rate(told: float | None) -> None:
    assert believable(times(12.5), told) == pytest.approx(12.5)


def test_times_in_whole_milliseconds_tell_the_rate() -> None:
    assert believable([round(at, 3) for at in times(30.0)], None) == pytest.approx(30.0, abs=0.05)


def test_a_pause_among_the_first_frames_does_not_count() -> None:
    assert believable(
        [*times(25.0, 10), 60.0, *(60.04 + at for at in times(25.0, 10))], None
    ) == pytest.approx(25.0)


@pytest.mark.parametrize(("told", "rate"), [(None, 30.0), (24.0, 24.0), (1000.0, 30.0)])
def test_a_single_frame_says_nothing_of_its_rate(told: float | None, rate: float) -> None:
    assert believable([0.0], told) == believable([], told) == rate


@pytest.mark.parametrize(
    ("fps", "clock"),
    [
        (30000 / 1001, (30000, 1001)),
        (25.0, (25000, 1000)),
        (12.5, (25000, 2000)),
        (60.0, (60000, 1000)),
        (240.0, (24000, 100)),
        (1.0, (1000, 1000)),
    ],
)
def test_a_frame_is_a_whole_number_of_ticks(fps: float, clock: tuple[int, int]) -> None:
    ticks = Ticks.of(fps)
    assert (ticks.timescale, ticks.frame) == clock


@pytest.mark.parametrize("fps", [0.02, 0.98, 14.985, 19.735411, 29.8701, 59.83, 119.7, 299.9])
def test_an_odd_rate_is_met_closely_by_a_clock_that_hours_fit_into(fps: float) -> None:
    ticks = Ticks.of(fps)
    assert ticks.timescale / ticks.frame == pytest.approx(fps, rel=1e-4)
    assert ticks.timescale <= 301_000
