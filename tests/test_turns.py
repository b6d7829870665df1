"""Turns taken on threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from inference.turns import AbandonedError, Turn, Turns

PATIENCE = 10.0  # seconds after which a test that hangs gives up


def test_turns_are_taken_in_the_order_in_which_they_were_handed_out() -> None:
    turns, served = Turns(), []
    handed_out = [turns.next() for _ in range(20)]

    def take(number: int) -> None:
        with handed_out[number]:
            served.append(number)

    with ThreadPoolExecutor(20) as threads:
        for done in [threads.submit(take, number) for number in reversed(range(20))]:
            done.result(PATIENCE)
    assert served == list(range(20))


def test_a_turn_that_fails_is_over_all_the_same() -> None:
    turns = Turns()
    first, second = turns.next(), turns.next()
    with pytest.raises(ZeroDivisionError), first:
        raise ZeroDivisionError
    with second:
        pass


def test_nobody_waits_for_a_turn_that_was_abandoned() -> None:
    turns = Turns()
    first, second = turns.next(), turns.next()
    waits = threading.Event()

    def take(turn: Turn) -> None:
        waits.set()
        with turn:
            pytest.fail("the one before it never went")

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(take, second)
        assert waits.wait(PATIENCE)
        first.abandon()
        with pytest.raises(AbandonedError):
            waiting.result(PATIENCE)
    with pytest.raises(AbandonedError), turns.next():
        pass
