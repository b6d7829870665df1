"""The newest item per key: order, waiting, counting."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from stream.latest import Latest
from tests.virtual_clock import run_virtual


def now() -> float:
    return asyncio.get_running_loop().time()


async def put_later(latest: Latest[str], seconds: float, key: str, item: str) -> None:
    await asyncio.sleep(seconds)
    latest.put(key, item)


def test_an_item_that_was_not_taken_is_superseded_and_counted() -> None:
    async def main() -> None:
        latest = Latest[str]()
        assert latest.put("a", "old") is False
        assert latest.put("a", "new") is True
        assert await latest.take(8, 0) == ["new"]
        assert latest.superseded == {"a": 1}

    run_virtual(main())


def test_keys_go_first_that_were_served_longest_ago() -> None:
    async def main() -> None:
        latest = Latest[str]()
        for key, item in [("slow", "s1"), ("fast", "f1"), ("fast", "f2"), ("slow", "s2"), ("third", "t1")]:
            latest.put(key, item)
        assert await latest.take(2, 0) == ["s2", "f2"]
        latest.put("fast", "f3")
        latest.put("slow", "s3")
        assert await latest.take(2, 0) == ["t1", "s3"]
        assert await latest.take(2, 0) == ["f3"]

    run_virtual(main())


def test_a_fast_producer_does_not_starve_a_slow_one() -> None:
    async def main() -> list[str]:
        latest = Latest[str]()
        taken = []
        latest.put("slow", "slow")
        for _ in range(5):
            latest.put("fast", "fast")
            taken += await latest.take(1, 0)
        return taken

    assert run_virtual(main())[0] == "slow"


def test_a_heavy_key_is_taken_more_often_and_a_light_one_still() -> None:
    async def main() -> list[str]:
        latest = Latest[str]()
        taken = []
        for _ in range(100):
            for key, weight in (("light", 1.0), ("heavy", 4.0)):
                latest.put(key, key, weight)
            taken += await latest.take(1, 0)
        return taken

    taken = run_virtual(main())
    assert 78 <= taken.count("heavy") <= 80
    assert max(len(run) for run in "".join(key[0] for key in taken).split("l")) <= 5


def test_an_item_that_is_not_fresh_any_more_is_dropped_and_its_key_keeps_the_turn() -> None:
    async def main() -> None:
        dropped = []

        def is_fresh(item: str) -> bool:
            if item == "stale":
                dropped.append(item)
            return item != "stale"

        latest = Latest[str](is_fresh)
        for key in "ab":
            latest.put(key, key)
        assert await latest.take(2, 0) == ["a", "b"]
        latest.put("b", "b")
        latest.put("a", "stale")
        assert await latest.take(1, 0) == ["b"]
        assert (dropped, len(latest)) == (["stale"], 0)
        latest.put("b", "b")
        latest.put("a", "a")
        assert await latest.take(1, 0) == ["a"]

    run_virtual(main())


def test_where_nothing_is_fresh_the_taker_waits_on() -> None:
    async def main() -> None:
        latest = Latest[str](lambda item: item != "stale")
        latest.put("a", "stale")
        asyncio.get_running_loop().call_later(1, latest.put, "a", "new")
        assert await latest.take(4, 0) == ["new"]
        assert now() == 1

    run_virtual(main())


def test_the_wait_counts_from_the_first_item() -> None:
    # a at 0.00, b at 0.03; c would come at 0.07, too late for 0.05
    async def main() -> None:
        latest = Latest[str]()
        for key in "abc":
            latest.put(key, "old")
        await latest.take(3, 0)
        async with asyncio.TaskGroup() as group:
            for seconds, key in [(1.0, "a"), (1.03, "b"), (1.07, "c")]:
                group.create_task(put_later(latest, seconds, key, key))
            assert await latest.take(3, 0.05) == ["a", "b"]
            assert abs(now() - 1.05) < 1e-6

    run_virtual(main())


def test_an_item_that_has_waited_long_is_taken_at_once() -> None:
    async def main() -> None:
        latest = Latest[str]()
        latest.put("a", "a")
        latest.put("b", "b")
        await latest.take(2, 0)
        latest.put("a", "a")
        await asyncio.sleep(3)
        began = now()
        assert await latest.take(2, 0.05) == ["a"]
        assert now() == began

    run_virtual(main())


def test_nothing_is_waited_for_once_every_known_key_has_an_item() -> None:
    async def main() -> None:
        latest = Latest[str]()
        latest.put("a", "a")
        latest.put("b", "b")
        assert await latest.take(8, 10) == ["a", "b"]
        assert now() == 0

    run_virtual(main())


def test_a_batch_does_not_wait_for_a_key_that_was_forgotten() -> None:
    async def main() -> None:
        latest = Latest[str]()
        latest.put("gone", "x")
        latest.put("a", "a")
        await latest.take(2, 0)
        latest.put("a", "a")
        asyncio.get_running_loop().call_later(1, latest.forget, "gone")
        assert await latest.take(8, 10) == ["a"]
        assert now() == 1

    run_virtual(main())


def test_forgetting_the_only_waiting_key_goes_on_waiting_for_another() -> None:
    async def main() -> None:
        latest = Latest[str]()
        latest.put("a", "a")
        latest.put("b", "b")
        await latest.take(2, 0)
        latest.put("a", "a")
        asyncio.get_running_loop().call_later(1, latest.forget, "a")
        asyncio.get_running_loop().call_later(2, latest.put, "b", "b")
        assert await latest.take(8, 10) == ["b"]

    run_virtual(main())


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 0.1)), min_size=1), st.integers(1, 5))
def test_every_item_is_either_taken_or_counted_as_superseded(
    arrivals: list[tuple[str, float]], limit: int
) -> None:
    async def main() -> tuple[list[int], int]:
        latest = Latest[int]()

        async def produce() -> None:
            for number, (key, seconds) in enumerate(arrivals):
                await asyncio.sleep(seconds)
                latest.put(key, number)

        taken: list[int] = []
        producing = asyncio.create_task(produce())
        while len(taken) + sum(latest.superseded.values()) < len(arrivals):
            batch = await latest.take(limit, 0.02)
            assert 1 <= len(batch) <= limit
            taken += batch
        await producing
        return taken, sum(latest.superseded.values())

    taken, superseded = run_virtual(main())
    assert len(set(taken)) == len(taken)
    assert len(taken) + superseded == len(arrivals)
