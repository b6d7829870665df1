"""The gate before the device."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from inference.device.gate import Gate


def test_who_wants_it_alone_waits_for_those_within_and_keeps_others_out() -> None:
    gate, order = Gate(), []
    within, leave, asked = threading.Event(), threading.Event(), threading.Event()

    def share() -> None:
        with gate.shared():
            within.set()
            leave.wait(10)
            order.append("shared")

    def alone() -> None:
        asked.set()
        with gate.opening(), gate.alone():
            order.append("alone")

    with ThreadPoolExecutor(2) as threads:
        threads.submit(share)
        assert within.wait(10)
        last = threads.submit(alone)
        assert asked.wait(10)
        leave.set()
        last.result(10)
        with gate.shared():
            order.append("after")
    assert order == ["shared", "alone", "after"]


def test_several_are_within_at_once_and_nobody_beside_one_who_is_alone() -> None:
    gate, meeting = Gate(), threading.Barrier(3)
    count, most = 0, 0
    lock = threading.Lock()

    def share() -> None:
        with gate.shared():
            meeting.wait(10)  # broken, unless all three are within

    def alone(_: int) -> None:
        nonlocal count, most
        with gate.opening(), gate.alone():
            with lock:
                count += 1
                most = max(most, count)
            with lock:
                count -= 1

    with ThreadPoolExecutor(3) as threads:
        for each in [threads.submit(share) for _ in range(3)]:
            each.result(10)
        list(threads.map(alone, range(30)))
    assert most == 1


def test_a_failure_within_opens_it_again() -> None:
    gate = Gate()
    for entering in (gate.alone, gate.shared):
        try:
            with entering():
                raise ValueError
        except ValueError:
            pass
    with gate.alone():
        pass


def test_an_opening_keeps_nobody_out_but_who_wants_to_be_alone() -> None:
    gate, order = Gate(), []
    opening, leave = threading.Event(), threading.Event()

    def open_one() -> None:
        with gate.opening():
            opening.set()
            leave.wait(10)
            order.append("opened")

    def alone() -> None:
        with gate.opening(), gate.alone():
            order.append("alone")

    with ThreadPoolExecutor(2) as threads:
        threads.submit(open_one)
        assert opening.wait(10)
        last = threads.submit(alone)
        with gate.shared():
            order.append("shared")
        leave.set()
        last.result(10)
    assert order == ["shared", "opened", "alone"]
