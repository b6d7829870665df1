"""A thread that produces for the event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest

from stream.worker import Worker, WorkerHangsError

if TYPE_CHECKING:
    from stream.handover import Handover


async def everything(worker: Worker[int], patience: float = 5) -> list[int]:
    taken: list[int] = []
    while (item := await worker.next(patience)) is not None:
        taken.append(item)
    return taken


async def test_every_item_arrives_in_order_and_then_the_end() -> None:
    def count(handover: Handover[int]) -> None:
        for number in range(1000):
            handover.put(number)

    worker = Worker("count", count, live=False)
    assert await everything(worker) == list(range(1000))
    assert await worker.close(1)


async def test_it_runs_in_a_thread_of_its_own_with_the_name_given() -> None:
    names: list[str] = []

    def note(handover: Handover[int]) -> None:
        del handover
        names.append(threading.current_thread().name)

    await everything(Worker("decode lobby", note, live=True))
    assert names == ["decode lobby"]


async def test_what_the_thread_raises_is_raised_where_its_items_are_awaited() -> None:
    def fail(handover: Handover[int]) -> None:
        handover.put(1)
        raise ZeroDivisionError

    worker = Worker("fail", fail, live=False)
    assert await worker.next(1) == 1
    with pytest.raises(ZeroDivisionError):
        await worker.next(1)


async def test_a_thread_without_a_sign_of_life_is_told_from_a_slow_one() -> None:
    release = threading.Event()

    def work(handover: Handover[int]) -> None:
        for _ in range(4):
            time.sleep(0.1)
            handover.breathe()
        handover.put(1)
        release.wait(5)

    worker = Worker("work", work, live=True)
    assert await worker.next(0.3) == 1
    with pytest.raises(WorkerHangsError):
        await worker.next(0.3)
    began = time.monotonic()
    assert not await worker.close(0.05)
    assert time.monotonic() - began < 0.5
    release.set()
    assert await worker.close(1)


async def test_the_loop_goes_on_while_the_thread_works() -> None:
    def work(handover: Handover[int]) -> None:
        time.sleep(0.2)
        handover.put(1)

    worker = Worker("work", work, live=True)
    turns = 0
    waiting = asyncio.create_task(worker.next(1))
    while not waiting.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5


async def test_forty_workers_run_at_once() -> None:
    together = threading.Barrier(40)

    def meet(handover: Handover[int]) -> None:
        together.wait(5)
        handover.put(1)

    workers = [Worker(f"meet {index}", meet, live=False) for index in range(40)]
    assert [await worker.next(5) for worker in workers] == [1] * 40
    assert all([await worker.close(1) for worker in workers])


def test_a_thread_that_outlives_its_loop_ends_quietly() -> None:
    ended = threading.Event()
    release = threading.Event()

    def late(handover: Handover[int]) -> None:
        release.wait(5)
        try:
            handover.put(1)
        finally:
            ended.set()

    async def main() -> None:
        assert not await Worker("late", late, live=True).close(0.01)

    asyncio.run(main())
    release.set()
    assert ended.wait(1)
