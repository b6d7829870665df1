"""Exponential smoothing per face, at whatever times frames come."""

from __future__ import annotations

from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.microseconds import PER_SECOND
from aggregation.smoothing import Smoothing
from tests.aggregation_reference import pure

TAU = 0.25
CALM, GLAD = pure("neutral"), pure("happiness")
GLADNESS = GLAD.index(1.0)


def micros(seconds: float) -> int:
    return round(seconds * PER_SECOND)


def test_the_first_observation_is_taken_as_it_is() -> None:
    assert Smoothing(TAU).update(1, GLAD, 0) == GLAD


def test_each_face_has_its_own_state() -> None:
    smoothing = Smoothing(TAU)
    smoothing.update(1, CALM, 0)
    assert smoothing.update(2, GLAD, 1000) == GLAD


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=30))
def test_a_step_has_come_through_by_the_same_share_whatever_the_frame_times(gaps: list[int]) -> None:
    #         ____________ 1
    #   0 ____|   after t: 1 - exp(-t / tau), 63 % after one time constant
    smoothing = Smoothing(TAU)
    smoothing.update(1, CALM, 0)
    at = 0
    for gap in gaps:
        at += gap
        seen = smoothing.update(1, GLAD, at)
    assert seen[GLADNESS] == pytest.approx(1 - exp(-at / PER_SECOND / TAU), abs=1e-12)


@pytest.mark.parametrize("interval", [0.002, 0.01, 0.04, 0.1])
def test_a_slow_change_is_seen_later_by_the_time_constant_less_half_a_frame(interval: float) -> None:
    #   scores     /  /            the ramp as it is, and as it is seen
    #             /  /
    #            /--/              the delay
    smoothing = Smoothing(TAU)
    slope = 0.05
    count = round(5 / interval)
    for index in range(count + 1):
        risen = slope * index * interval
        shown = tuple(risen * glad + (1 - risen) * calm for glad, calm in zip(GLAD, CALM, strict=True))
        seen = smoothing.update(1, shown, micros(index * interval))
    delay = count * interval - seen[GLADNESS] / slope
    assert delay == pytest.approx(TAU - interval / 2, abs=interval**2)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(-50_000, 3_000_000)), max_size=40))
def test_scores_go_on_summing_to_one_whatever_comes(steps: list[tuple[int, int]]) -> None:
    smoothing = Smoothing(TAU)
    at = 0
    for top, gap in steps:
        at += gap
        shown = tuple(0.5 * (index == top) + (0.5 if top < 8 else 1.0) / 8 for index in range(8))
        assert sum(smoothing.update(1, shown, at)) == pytest.approx(1.0, abs=1e-12)


def test_irregular_times_are_exact_and_not_one_weight_for_every_frame() -> None:
    smoothing = Smoothing(TAU)
    times, shown = [0.0, 0.03, 0.31, 0.33, 0.9], [CALM, GLAD, CALM, GLAD, GLAD]
    seen = [smoothing.update(1, scores, micros(at)) for at, scores in zip(times, shown, strict=True)]
    expected = 0.0
    for (before, at), scores, actual in zip(pairwise(times), shown[1:], seen[1:], strict=True):
        expected += (1 - exp(-(at - before) / TAU)) * (scores[GLADNESS] - expected)
        assert actual[GLADNESS] == pytest.approx(expected, abs=1e-12)


def test_an_observation_from_before_changes_nothing() -> None:
    smoothing = Smoothing(TAU)
    smoothing.update(1, CALM, micros(0.0))
    before = smoothing.update(1, GLAD, micros(0.2))
    assert smoothing.update(1, CALM, micros(0.1)) == before
    after = smoothing.update(1, GLAD, micros(0.3))
    assert after[GLADNESS] == pytest.approx(1 - exp(-0.3 / TAU), abs=1e-12)


def test_a_face_that_comes_back_after_long_begins_afresh() -> None:
    smoothing = Smoothing(TAU)
    smoothing.update(1, CALM, 0)
    assert smoothing.update(1, GLAD, micros(2.1)) == GLAD


def test_faces_that_went_are_forgotten() -> None:
    smoothing = Smoothing(TAU)
    for track in range(1000):
        smoothing.sweep(micros(track / 10))
        smoothing.update(track, CALM, micros(track / 10))
    assert len(smoothing) <= 61


def test_no_time_constant_means_no_smoothing() -> None:
    smoothing = Smoothing(0.0)
    smoothing.update(1, CALM, 0)
    assert smoothing.update(1, GLAD, 1) == GLAD


def test_an_observation_of_no_weight_moves_nothing_and_the_next_counts_for_itself() -> None:
    smoothing = Smoothing(TAU)
    smoothing.update(1, CALM, 0, 0.0)
    assert smoothing.update(1, GLAD, micros(0.1), 0.5) == pytest.approx(GLAD)
    assert smoothing.update(1, CALM, micros(0.2), 0.0) == pytest.approx(GLAD)


@given(st.lists(st.tuples(st.integers(1, 400_000), st.booleans()), min_size=1, max_size=30))
def test_one_weight_for_all_is_no_weight(steps: list[tuple[int, bool]]) -> None:
    plain, weighted = Smoothing(TAU), Smoothing(TAU)
    at = 0
    for gap, glad in steps:
        at += gap
        scores = GLAD if glad else CALM
        expected = plain.update(1, scores, at)
        assert weighted.update(1, scores, at, 0.3) == pytest.approx(expected, abs=1e-12)


def test_a_negative_time_constant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"-0\.5"):
        Smoothing(-0.5)
