"""What a thread leaves for the loop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from stream.handover import Handover, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable


def no_one() -> None:
    """Nobody is told."""


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_live_one_keeps_the_newest_and_tells_of_the_other() -> None:
    handover: Handover[int] = Handover(no_one, 4, live=True)
    assert [handover.put(number) for number in (1, 2, 3)] == [False, True, True]
    assert handover.take() == [3]
    assert handover.take() == []


def test_another_keeps_every_item_and_makes_the_thread_wait() -> None:
    handover: Handover[int] = Handover(no_one, 2, live=False)
    thread = threading.Thread(target=lambda: [handover.put(number) for number in range(5)])
    thread.start()
    time.sleep(0.05)
    assert thread.is_alive()
    taken: list[int] = []
    while thread.is_alive() or len(taken) < 5:
        taken += handover.take()
    assert taken == [0, 1, 2, 3, 4]


def test_a_thread_that_ran_out_of_room_goes_on_once_half_of_it_is_free() -> None:
    put: list[int] = []
    handover: Handover[int] = Handover(no_one, 4, live=False)

    def produce() -> None:
        for number in range(8):
            handover.put(number)
            put.append(number)

    thread = threading.Thread(target=produce)
    thread.start()
    until(lambda: len(put) == 4)
    assert handover.take() == [0]
    time.sleep(0.05)
    assert len(put) == 4
    assert handover.take() == [1]
    until(lambda: len(put) == 6)
    assert [handover.take() for _ in range(2)] == [[2], [3]]
    thread.join(1)
    assert [handover.take() for _ in range(5)] == [[4], [5], [6], [7], []]


def test_the_loop_is_woken_once_for_items_it_has_not_taken() -> None:
    woken: list[int] = []
    handover: Handover[int] = Handover(lambda: woken.append(1), 4, live=True)
    for number in range(10):
        handover.put(number)
    assert len(woken) == 1
    handover.take()
    handover.put(10)
    assert len(woken) == 2


@pytest.mark.parametrize("live", [True, False])
def test_once_stopped_the_thread_ends_at_its_next_call(live: bool) -> None:
    handover: Handover[int] = Handover(no_one, 1, live=live)
    handover.put(1)
    handover.stop()
    with pytest.raises(StoppedError):
        handover.put(2)
    with pytest.raises(StoppedError):
        handover.breathe()
    with pytest.raises(StoppedError):
        handover.sleep_until(time.monotonic() + 60)
    assert handover.take() == []


@pytest.mark.parametrize("waiting", ["put", "sleep"])
def test_stopping_wakes_a_thread_that_waits(waiting: str) -> None:
    handover: Handover[int] = Handover(no_one, 1, live=False)
    handover.put(1)
    ended: list[str] = []

    def wait() -> None:
        try:
            if waiting == "put":
                handover.put(2)
            else:
                handover.sleep_until(time.monotonic() + 60)
        except StoppedError:
            ended.append(waiting)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.02)
    handover.stop()
    thread.join(1)
    assert ended == [waiting]


def test_a_long_sleep_counts_as_a_sign_of_life() -> None:
    handover: Handover[int] = Handover(no_one, 1, live=True)
    moment = time.monotonic() + 0.05
    handover.sleep_until(moment)
    assert time.monotonic() >= moment
    assert handover.alive_at >= moment
