"""The order of readings: twice, behind, begun again."""

from __future__ import annotations

from aggregation.arrivals import REMEMBERED, Arrival, Arrivals
from tests.aggregation_reference import SECOND


def taken(*readings: tuple[int, float]) -> list[Arrival]:
    arrivals = Arrivals()
    return [arrivals.take(sequence, round(at * SECOND)) for sequence, at in readings]


def test_readings_in_order_are_each_the_newest() -> None:
    assert taken((0, 0.0), (1, 0.1), (5, 0.5)) == [Arrival.NEWEST] * 3


def test_the_same_sequence_again_is_a_duplicate() -> None:
    assert taken((0, 0.0), (1, 0.1), (1, 0.1), (0, 0.0))[2:] == [Arrival.DUPLICATE] * 2


def test_a_reading_behind_its_successor_is_out_of_order_once() -> None:
    last = taken((0, 0.0), (2, 0.2), (1, 0.1), (1, 0.1))[2:]
    assert last == [Arrival.OUT_OF_ORDER, Arrival.DUPLICATE]


def test_two_frames_of_one_moment_are_both_new() -> None:
    assert taken((0, 1.0), (1, 1.0)) == [Arrival.NEWEST] * 2


def test_an_earlier_sequence_at_a_later_time_is_a_source_begun_again() -> None:
    arrived = taken((7, 0.7), (8, 0.8), (0, 1.5), (1, 1.6), (8, 2.3))
    assert arrived[2:] == [Arrival.RESTARTED, Arrival.NEWEST, Arrival.NEWEST]


def test_a_later_sequence_far_back_in_time_is_a_clock_set_back() -> None:
    assert taken((0, 100.0), (1, 90.0), (2, 90.1))[1:] == [Arrival.SET_BACK, Arrival.NEWEST]


def test_a_clock_that_is_corrected_by_a_little_is_no_more_than_disorder() -> None:
    assert taken((0, 100.0), (1, 99.5), (2, 100.1))[1:] == [Arrival.OUT_OF_ORDER, Arrival.NEWEST]


def test_what_is_too_old_to_be_remembered_is_not_taken() -> None:
    arrivals = Arrivals()
    for sequence in range(REMEMBERED + 10):
        arrivals.take(sequence, sequence)
    assert arrivals.take(9, 9) is Arrival.FORGOTTEN
    assert arrivals.take(10, 10) is Arrival.DUPLICATE
