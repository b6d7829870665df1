"""The search for the most that is carried."""

from __future__ import annotations

import pytest

from semblance.bench.search import Search, step


def found(capacity: int, most: int = 1024) -> tuple[int, list[int]]:
    """The answer, and what was tried for it."""
    search, tried = Search(most), []
    while (streams := search.next()) is not None:
        tried.append(streams)
        search.tell(streams, carried=streams <= capacity)
    return search.carried, tried


@pytest.mark.parametrize("capacity", [0, 1, 2, 3, 7, 8, 13, 31, 32, 33, 40])
def test_a_small_answer_is_exact(capacity: int) -> None:
    assert found(capacity)[0] == capacity


@pytest.mark.parametrize("capacity", [41, 100, 255, 256, 700, 1023])
def test_a_large_answer_is_known_to_a_twentieth_below_in_few_trials(capacity: int) -> None:
    answer, tried = found(capacity)
    assert capacity - step(capacity) < answer <= capacity
    assert len(tried) <= 16
    assert len(set(tried)) == len(tried)


def test_no_more_than_the_most_are_tried() -> None:
    assert found(5000, most=24) == (24, [1, 2, 4, 8, 16, 24])
    assert found(5000, most=1) == (1, [1])


def test_it_retreats_twice_as_far_each_time_from_an_answer_that_does_not_hold() -> None:
    search = Search(1024)
    while (streams := search.next()) is not None:
        search.tell(streams, carried=streams <= 43)
    answers = [search.carried]
    while search.carried:
        search.retreat()
        answers.append(search.carried)
    assert answers == [42, 40, 36, 32, 24, 8, 1, 0]
    assert search.too_many == 1
