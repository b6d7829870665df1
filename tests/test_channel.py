"""The bounded queue: order, back-pressure, closing."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.channel import Channel, ChannelClosedError
from tests.virtual_clock import DeadlockError, run_virtual


def now() -> float:
    return asyncio.get_running_loop().time()


def test_a_producer_waits_while_the_channel_is_full() -> None:
    async def main() -> None:
        channel = Channel[int](2)
        await channel.put(1)
        await channel.put(2)
        third = asyncio.create_task(channel.put(3))
        await asyncio.sleep(1)
        assert not third.done()
        assert await channel.take(1, 0) == [1]
        await asyncio.sleep(0)
        await third
        assert await channel.take(8, 0) == [2, 3]

    run_virtual(main())


def test_a_full_channel_is_taken_without_waiting_for_more() -> None:
    async def main() -> None:
        channel = Channel[int](2)
        await channel.put(1)
        await channel.put(2)
        assert await channel.take(8, 10) == [1, 2]
        assert now() == 0

    run_virtual(main())


def test_the_wait_counts_from_the_first_item() -> None:
    async def main() -> None:
        channel = Channel[int](4)
        await channel.put(1)
        await asyncio.sleep(0.03)
        assert await channel.take(4, 0.05) == [1]
        assert abs(now() - 0.05) < 1e-6

    run_virtual(main())


def test_after_closing_what_is_inside_is_taken_and_then_nothing() -> None:
    async def main() -> None:
        channel = Channel[int](4)
        await channel.put(1)
        await channel.close()
        assert await channel.take(4, 10) == [1]
        assert await channel.take(4, 10) == []
        assert await channel.take(4, 10) == []
        assert now() == 0

    run_virtual(main())


def test_closing_wakes_the_consumer_and_refuses_waiting_producers() -> None:
    async def main() -> None:
        empty, full = Channel[int](1), Channel[int](1)
        await full.put(1)
        taking, putting = asyncio.create_task(empty.take(1, 1)), asyncio.create_task(full.put(2))
        await asyncio.sleep(1)
        await empty.close()
        await full.close()
        assert await taking == []
        with pytest.raises(ChannelClosedError):
            await putting

    run_virtual(main())


def test_taking_from_an_empty_open_channel_waits_for_ever() -> None:
    with pytest.raises(DeadlockError):
        run_virtual(Channel[int](1).take(1, 1))


def test_a_channel_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        Channel[int](0)


@given(st.lists(st.floats(0, 0.1)), st.integers(1, 4), st.integers(1, 4))
def test_every_item_arrives_once_and_in_order(pauses: list[float], capacity: int, limit: int) -> None:
    async def main() -> list[int]:
        channel = Channel[int](capacity)

        async def produce() -> None:
            for number, seconds in enumerate(pauses):
                await asyncio.sleep(seconds)
                await channel.put(number)
            await channel.close()

        producing = asyncio.create_task(produce())
        taken: list[int] = []
        while batch := await channel.take(limit, 0.02):
            assert len(batch) <= limit
            taken += batch
        await producing
        return taken

    assert run_virtual(main()) == list(range(len(pauses)))
