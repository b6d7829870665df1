"""Tallies: sums that come out the same however long they are added to and taken from."""

from __future__ import annotations

import random
from collections import deque
from fractions import Fraction
from math import floor, fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.tally import Tally
from inference.reading import EMOTIONS, Scores
from tests.aggregation_reference import pure


def tally(*faces: tuple[int, Scores]) -> Tally:
    result = Tally(frames=1, covered=7)
    for track, scores in faces:
        result.observe(track, scores)
    return result


def test_what_was_added_and_taken_off_leaves_nothing() -> None:
    total = Tally()
    parts = [
        tally((1, (0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0)), (2, pure("fear"))),
        tally(),
        tally((2, pure("anger"))),
    ]
    for part in parts:
        total.add(part)
    assert sorted(total.tracks) == [1, 2]
    for part in parts:
        total.subtract(part)
    assert total == Tally()


def test_no_face_gives_no_scores() -> None:
    assert tally().mean_scores() is None
    assert tally().face_distribution() is None


def test_of_two_equal_tops_the_first_emotion_counts() -> None:
    even = (0.5, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0)
    assert tally((1, even)).face_distribution() == pure(EMOTIONS[0])


def test_a_sum_that_slid_for_long_is_exactly_the_sum_of_what_it_holds() -> None:
    source = random.Random(4)
    held: deque[Tally] = deque()
    sliding = Tally()
    for _ in range(20_000):
        parts = [source.random() ** 3 for _ in EMOTIONS]
        held.append(tally((1, tuple(part / sum(parts) for part in parts))))
        sliding.add(held[-1])
        if len(held) > 20:
            sliding.subtract(held.popleft())
    fresh = Tally()
    for part in held:
        fresh.add(part)
    assert sliding == fresh


def test_the_mean_is_the_mean_and_sums_to_one() -> None:
    source = random.Random(5)
    seen = []
    total = Tally()
    for track in range(1000):
        parts = [source.random() for _ in EMOTIONS]
        seen.append(tuple(part / sum(parts) for part in parts))
        total.add(tally((track, seen[-1])))
    mean = total.mean_scores()
    assert mean == pytest.approx([fsum(column) / 1000 for column in zip(*seen, strict=True)], abs=1e-11)
    assert mean is not None
    assert sum(mean) == pytest.approx(1.0, abs=1e-12)


def test_weighted_observations_come_off_again_without_a_trace() -> None:
    source = random.Random(6)
    parts = []
    for track in range(200):
        shares = [source.random() ** 3 for _ in EMOTIONS]
        parts.append(Tally(frames=1))
        parts[-1].weigh(track, tuple(share / sum(shares) for share in shares), source.random())
    total = Tally()
    for part in parts:
        total.add(part)
    for part in parts:
        total.subtract(part)
    assert total == Tally()


@pytest.mark.parametrize("weight", [0.0, 1e-10, 6e-10, 1e-9, 0.3, 1.0])
def test_a_weight_counts_in_both_sums_or_in_none_and_each_sums_to_one(weight: float) -> None:
    one = Tally(frames=1)
    one.weigh(1, (1 / 8,) * 8, weight)
    one.weigh(2, (0.3, 0.1, *(0.1,) * 6), weight)
    mean, distribution = one.mean_scores(), one.face_distribution()
    assert one.faces == 2
    assert (mean is None) == (distribution is None) == (weight < 4e-10)
    if mean is not None and distribution is not None:
        assert sum(mean) == pytest.approx(1.0, abs=1e-12)
        assert sum(distribution) == pytest.approx(1.0, abs=1e-12)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=9).filter(
        lambda parts: any(held for _, held in parts)
    )
)
@settings(max_examples=40, deadline=None)
def test_faces_over_frames_round_to_the_faces_that_were_there_at_once(parts: list[tuple[int, int]]) -> None:
    total = Tally()
    for faces, held in parts:
        one = Tally(frames=1)
        for track in range(faces):
            one.observe(track, pure("fear"))
        total.add(one)
        total.hold(one, held, 8)
    mean = Fraction(sum(faces * (8 + held) for faces, held in parts), sum(8 + held for _, held in parts))
    shown = Fraction(total.faces_in_time(), total.frames)
    assert floor(shown + Fraction(1, 2)) == floor(mean + Fraction(1, 2))
    assert abs(shown - mean) <= Fraction(1, total.frames)


def test_what_was_held_comes_off_again_without_a_trace() -> None:
    seen, nobody = tally((1, pure("fear")), (2, pure("anger"))), Tally(frames=1)
    total, parts = Tally(), []
    for number in range(1, 100):
        parts.append(Tally())
        parts[-1].hold(seen if number % 3 else nobody, number, 7)
        total.add(parts[-1])
    for part in parts:
        total.subtract(part)
    assert total == Tally()


def test_what_is_held_for_a_moment_shows_in_both_means_or_in_none() -> None:
    seen = Tally(frames=1)
    seen.weigh(1, (1 / 8,) * 8, 1e-9)
    for part in (1, 10, 100):
        held = Tally()
        held.hold(seen, part, 1000)
        assert (held.mean_scores() is None) == (held.face_distribution() is None)


def test_a_weight_of_one_is_what_no_weight_is() -> None:
    plain, weighed = Tally(), Tally()
    for track, scores in enumerate([pure("fear"), (0.2, 0.3, 0.5, 0, 0, 0, 0, 0)]):
        plain.observe(track, scores)
        weighed.weigh(track, scores, 1.0)
    assert weighed.mean_scores() == plain.mean_scores()
    assert weighed.face_distribution() == plain.face_distribution()
