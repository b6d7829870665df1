"""Capture times from sender reports and from arrivals; no clock is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.webrtc.sender_clock import SenderClock, SenderReport

RATE = 90_000
AHEAD = 1_700_000_000.0  # of UTC over the monotonic clock


def report(utc: float, timestamp: int) -> SenderReport:
    return SenderReport(utc, timestamp % 2**32)


def believing(told: SenderReport, timestamp: int, now: float) -> SenderClock:
    """A clock to which the sender has reported once, a second before `told`, and that has had one picture."""
    clock = SenderClock()
    clock.captured(timestamp - RATE, now - 1, report(told.utc - 1, told.timestamp - RATE), AHEAD)
    return clock


def test_without_reports_the_soonest_packet_tells() -> None:
    clock = SenderClock()
    assert clock.captured(0, 10.0, None, AHEAD) == 10.0
    assert clock.captured(RATE, 11.3, None, AHEAD) == pytest.approx(11.0)


def test_a_report_tells_how_long_the_picture_was_under_way() -> None:
    told = report(AHEAD + 9.8, 5000)
    clock = believing(told, 5000, 10.0)
    assert clock.captured(5000, 10.0, told, AHEAD) == pytest.approx(9.8)
    assert clock.captured(5000 + RATE, 11.25, told, AHEAD) == pytest.approx(10.8)


def test_a_picture_older_than_the_report_is_placed_before_it() -> None:
    told = report(AHEAD + 9.9, 4500)
    assert believing(told, 0, 10.0).captured(0, 10.0, told, AHEAD) == pytest.approx(9.85)


def test_the_counter_of_the_sender_may_start_again_in_between() -> None:
    told = report(AHEAD + 9.9, 2**32 - 900)
    clock = believing(told, 2**32 + 900, 10.0)
    assert clock.captured(2**32 + 900, 10.0, told, AHEAD) == pytest.approx(9.92)


@pytest.mark.parametrize("off", [-86_400.0, -2.5, 0.5, 3600.0, 2e9])
def test_a_sender_whose_clock_is_wrong_is_not_believed(off: float) -> None:
    told = report(AHEAD + 9.9 + off, 0)
    assert believing(told, 0, 10.0).captured(0, 10.0, told, AHEAD) == 10.0


def test_a_report_that_no_other_confirms_is_not_believed() -> None:
    #  GStreamer: the first report is 1.7 s off, those after it are right
    clock = SenderClock()
    first, second, third = (report(AHEAD + at - 0.02, at * RATE) for at in (0, 5, 10))
    wrong = SenderReport(first.utc - 1.7, first.timestamp)
    assert clock.captured(1 * RATE, 1.0, wrong, AHEAD) == pytest.approx(1.0)
    assert clock.captured(6 * RATE, 6.0, second, AHEAD) == pytest.approx(6.0)
    assert clock.captured(11 * RATE, 11.0, third, AHEAD) == pytest.approx(10.98)


def test_a_clock_a_little_ahead_gives_no_pictures_of_the_future() -> None:
    told = report(AHEAD + 10.05, 0)
    assert believing(told, 0, 10.0).captured(0, 10.0, told, AHEAD) == 10.0


def test_a_sender_that_does_not_know_the_time_makes_no_report() -> None:
    assert SenderReport.read(0, 1234) is None


def test_the_epoch_of_reports_is_1900() -> None:
    told = SenderReport.read((2_208_988_800 + 1_700_000_000) << 32 | 1 << 31, 7)
    assert told == SenderReport(1_700_000_000.5, 7)


@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(-3, 3) | st.none()), min_size=1, max_size=60),
    st.integers(0, 2**32 - 1),
)
def test_whatever_reports_say_times_neither_fall_nor_lie_ahead(
    frames: list[tuple[float, float | None]], start: int
) -> None:
    clock = SenderClock()
    before = float("-inf")
    latest = 0.0
    for index, (delay, skew) in enumerate(frames):
        shown = index / 30
        latest = max(latest, 100 + shown + delay)
        timestamp = start + round(shown * RATE)
        told = None if skew is None else report(AHEAD + 100 + shown + skew, timestamp)
        captured = clock.captured(timestamp, latest, told, AHEAD)
        assert before <= captured <= latest
        before = captured
