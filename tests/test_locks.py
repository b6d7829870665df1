"""Locks by name: one at a time, others side by side, nothing left behind."""

from __future__ import annotations

import asyncio

from stream.locks import Locks
from tests.virtual_clock import run_virtual


def test_one_name_is_held_by_one_at_a_time_and_others_do_not_wait() -> None:
    async def main() -> list[tuple[float, str]]:
        locks, entered = Locks(), []

        async def hold(name: str) -> None:
            async with locks.of(name):
                entered.append((asyncio.get_running_loop().time(), name))
                await asyncio.sleep(1)

        await asyncio.gather(hold("a"), hold("a"), hold("b"))
        assert len(locks) == 0
        return entered

    assert run_virtual(main()) == [(0.0, "a"), (0.0, "b"), (1.0, "a")]


def test_one_that_gives_up_waiting_leaves_nothing_behind() -> None:
    async def main() -> None:
        locks = Locks()

        async def hold() -> None:
            async with locks.of("a"):
                await asyncio.sleep(1)

        tasks = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0.5)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert [task.cancelled() for task in tasks] == [False, True, False]
        assert (len(locks), asyncio.get_running_loop().time()) == (0, 2.0)

    run_virtual(main())
