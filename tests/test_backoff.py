"""Waits between attempts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stream.backoff import Backoff


def test_waits_double_up_to_the_cap() -> None:
    backoff = Backoff(chance=lambda: 1.0)
    assert [backoff.after(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_healthy_stretch_is_a_new_beginning() -> None:
    backoff = Backoff(chance=lambda: 1.0)
    for _ in range(5):
        backoff.after(29.9)
    assert backoff.after(30) == 1
    assert backoff.after(0) == 2


@given(st.floats(0, 1), st.integers(1, 5000))
def test_the_jitter_takes_the_whole_range(chance: float, times: int) -> None:
    backoff = Backoff(chance=lambda: chance)
    for _ in range(times - 1):
        backoff.after(0)
    assert backoff.after(0) == chance * min(60, 2.0 ** min(times - 1, 10))


def test_two_streams_do_not_wait_alike() -> None:
    first, second = Backoff(), Backoff()
    assert [first.after(0) for _ in range(5)] != [second.after(0) for _ in range(5)]
