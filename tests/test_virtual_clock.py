"""The virtual clock: timers without waiting, and an error where a program would hang."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from tests.virtual_clock import DeadlockError, run_virtual


async def sleeper(log: list[tuple[float, str]], name: str, interval: float, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(interval)
        log.append((asyncio.get_running_loop().time(), name))


def test_an_hour_passes_in_a_moment() -> None:
    async def an_hour() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    began = time.perf_counter()
    assert run_virtual(an_hour()) == 3600.0
    assert time.perf_counter() - began < 2


def test_timers_fire_in_the_order_of_their_times() -> None:
    log: list[tuple[float, str]] = []

    async def both() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sleeper(log, "slow", 2.0, 2))
            tasks.create_task(sleeper(log, "fast", 0.75, 4))

    run_virtual(both())
    assert log == [(0.75, "fast"), (1.5, "fast"), (2.0, "slow"), (2.25, "fast"), (3.0, "fast"), (4.0, "slow")]


def test_the_clock_begins_where_it_is_told_to() -> None:
    async def later() -> float:
        await asyncio.sleep(0.5)
        return asyncio.get_running_loop().time()

    assert run_virtual(later(), start=1_800_000_000.0) == 1_800_000_000.5


def test_timeouts_are_on_the_virtual_clock() -> None:
    async def too_slow() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.sleep(11)
        return asyncio.get_running_loop().time()

    assert run_virtual(too_slow()) == 10.0


def test_waiting_for_what_never_comes_is_an_error_that_names_the_place() -> None:
    async def forever(event: asyncio.Event) -> None:
        await event.wait()

    async def stuck() -> None:
        await asyncio.create_task(forever(asyncio.Event()), name="the stuck one")

    with pytest.raises(
        DeadlockError, match=r"at 0 s nothing can go on(.|\n)*the stuck one waits at .*locks\.py"
    ):
        run_virtual(stuck())


def test_two_tasks_that_wait_for_each_other_are_an_error() -> None:
    async def crossed() -> None:
        first, second = asyncio.Lock(), asyncio.Lock()

        async def hold(mine: asyncio.Lock, other: asyncio.Lock) -> None:
            async with mine:
                await asyncio.sleep(1)
                async with other:
                    pass

        await asyncio.gather(hold(first, second), hold(second, first))

    with pytest.raises(DeadlockError, match="at 1 s"):
        run_virtual(crossed())


def test_a_program_that_only_ticks_for_ever_is_an_error_too() -> None:
    async def ticking() -> None:
        await sleeper([], "ticker", 1.0, 1_000_000)

    with pytest.raises(DeadlockError, match="the end has not come"):
        run_virtual(ticking(), limit=1000)


def test_tasks_left_behind_are_cancelled_and_may_clean_up() -> None:
    cleaned: list[float] = []

    async def background() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)
            cleaned.append(asyncio.get_running_loop().time())

    async def main() -> None:
        task = asyncio.create_task(background())
        await asyncio.sleep(5)
        assert not task.done()

    run_virtual(main())
    assert cleaned == [6.0]


def test_errors_pass_through() -> None:
    async def broken() -> None:
        await asyncio.sleep(1)
        raise KeyError("lobby")

    with pytest.raises(KeyError, match="lobby"):
        run_virtual(broken())


def test_work_for_a_thread_is_done_at_once() -> None:
    async def work() -> tuple[str, float]:
        return await asyncio.to_thread(str.upper, "lobby"), asyncio.get_running_loop().time()

    assert run_virtual(work()) == ("LOBBY", 0.0)


def test_an_error_in_work_for_a_thread_reaches_the_caller() -> None:
    async def work() -> None:
        await asyncio.to_thread(int, "lobby")

    with pytest.raises(ValueError, match="lobby"):
        run_virtual(work())


def test_another_thread_is_refused_in_words() -> None:
    refused: list[str] = []

    def call(loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.call_soon_threadsafe(refused.clear)
        except RuntimeError as error:
            refused.append(str(error))

    async def main() -> None:
        thread = threading.Thread(target=call, args=[asyncio.get_running_loop()], name="decoder")
        thread.start()
        thread.join()

    run_virtual(main())
    assert len(refused) == 1
    assert "'decoder'" in refused[0]


def test_the_loop_s_own_thread_may_call_threadsafe() -> None:
    async def main() -> bool:
        event = asyncio.Event()
        asyncio.get_running_loop().call_soon_threadsafe(event.set)
        return await event.wait()

    assert run_virtual(main()) is True
