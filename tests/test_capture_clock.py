"""Capture times told from arrivals: jitter goes, jumps are followed."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from stream.capture_clock import CaptureClock


def captured(packets: list[tuple[float, float]]) -> list[float]:
    """For (media time, arrival) in decoding order."""
    clock, times = CaptureClock(), []
    for seconds, now in packets:
        clock.arrived(seconds, seconds, now)
        times.append(clock.captured(seconds, now))
    return times


def test_jitter_of_the_network_does_not_shake_the_capture_time() -> None:
    chance = random.Random(1)
    packets = [(index / 25, 100 + index / 25 + chance.expovariate(1 / 0.03)) for index in range(500)]
    late = [time - (100 + seconds) for (seconds, _), time in zip(packets, captured(packets), strict=True)]
    assert max(late[50:]) - min(late[50:]) < 0.005


def test_a_clock_that_runs_slow_is_followed() -> None:
    packets = [(index / 25 * 0.9999, 100 + index / 25) for index in range(25 * 600)]
    assert abs(captured(packets)[-1] - packets[-1][1]) < 0.002


def test_pictures_that_arrive_before_ones_shown_earlier_keep_their_order() -> None:
    clock = CaptureClock()
    for seconds, now in [(0.0, 10.0), (0.12, 10.04), (0.04, 10.08), (0.08, 10.12)]:  # I P B B
        clock.arrived(seconds, now, now)
    times = [clock.captured(seconds, 10.12) for seconds in (0.0, 0.04, 0.08, 0.12)]
    assert [round(time - times[0], 6) for time in times] == [0, 0.04, 0.08, 0.12]


def test_a_jump_of_the_timestamps_leaves_the_capture_time_with_the_arrival() -> None:
    for jump in (-500.0, -0.5, 500.0):
        packets = [(index / 25, 100 + index / 25) for index in range(50)]
        packets += [(index / 25 + jump, 100 + index / 25) for index in range(50, 100)]
        clock = CaptureClock()
        for decoding, (seconds, now) in enumerate(packets):
            clock.arrived(seconds, seconds if jump < 0 else decoding, now)
            assert abs(clock.captured(seconds, now) - now) < 1e-6


def test_a_small_shift_of_the_timestamps_is_followed_within_two_windows() -> None:
    packets = [(index / 25 - (0.3 if index > 250 else 0), 100 + index / 25) for index in range(600)]
    times = captured(packets)
    assert abs(times[-1] - packets[-1][1]) < 1e-6
    assert times == sorted(times)


def test_without_any_time_known_a_frame_is_captured_when_it_comes() -> None:
    assert CaptureClock().captured(0.0, 77.0) == 77.0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 5)), min_size=1))
def test_capture_times_never_fall_and_never_lie_in_the_future(steps: list[tuple[float, float]]) -> None:
    clock, now, last = CaptureClock(), 1000.0, float("-inf")
    for seconds, step in steps:
        now += step
        clock.arrived(seconds, None, now)
        time = clock.captured(seconds, now)
        assert last <= time <= now
        last = time
