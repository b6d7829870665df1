"""Live items first, those of lines beside them: order, turns, waiting, giving up."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.channel import ChannelClosedError
from stream.tiered import Tiered, TieredFigures
from tests.virtual_clock import DeadlockError, run_virtual

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.tiered import Line

PATIENCE = 0.5


def now() -> float:
    return asyncio.get_running_loop().time()


def like_a_processor(live: int) -> int:
    return 0 if live else 1


def like_a_gpu(live: int) -> int:
    return next(size for size in (1, 2, 4, 8) if size >= max(live, 1)) - live


def inlet(room: Callable[[int], int] = like_a_processor) -> Tiered[str]:
    return Tiered(room, PATIENCE)


async def fill(line: Line[str], *items: str) -> None:
    for item in items:
        await line.put(item)


def test_a_live_item_goes_before_those_that_waited_longer() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(8) as line:
            await fill(line, "r1", "r2")
            tiered.put("camera", "live")
            assert await tiered.take(4, 0) == ["live"]
            assert await tiered.take(4, 0) == ["r1"]  # one by one: another live one may come at any moment
            tiered.put("camera", "live")
            assert await tiered.take(4, 0) == ["live"]
            assert await tiered.take(4, 0) == ["r2"]

    run_virtual(main())


def test_what_a_batch_has_room_for_beside_live_ones_is_filled() -> None:
    #  3 live -> a batch of 4, one free;  4 live -> none free
    async def main() -> None:
        tiered = inlet(like_a_gpu)
        with tiered.line(8) as line:
            await fill(line, "r1", "r2", "r3")
            for count, beside in ((3, ["r1"]), (4, []), (5, ["r2", "r3"])):
                for number in range(count):
                    tiered.put(f"camera{number}", f"live{number}")
                taken = await tiered.take(8, 0)
                assert sorted(taken[:count]) == [f"live{number}" for number in range(count)]
                assert taken[count:] == beside

    run_virtual(main())


def test_where_nothing_comes_live_a_batch_is_filled_by_turns() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(8) as one, tiered.line(8) as other:
            await fill(one, "a1", "a2", "a3", "a4")
            await fill(other, "b1", "b2")
            assert await tiered.take(3, 0) == ["a1", "b1", "a2"]
            assert await tiered.take(8, 0) == ["b2", "a3", "a4"]

    run_virtual(main())


def test_long_after_the_last_live_item_batches_are_filled_again() -> None:
    async def main() -> None:
        tiered = inlet()
        tiered.put("camera", "live")
        with tiered.line(8) as line:
            await tiered.take(4, 0)
            await fill(line, "r1", "r2", "r3")
            assert await tiered.take(4, 0) == ["r1"]
            await asyncio.sleep(3)
            assert await tiered.take(4, 0) == ["r2", "r3"]

    run_virtual(main())


@pytest.mark.parametrize("limit", [1, 4])
def test_live_items_that_leave_no_room_give_one_place_in_half_a_second(limit: int) -> None:
    async def main() -> list[tuple[float, str]]:
        tiered, joined = inlet(), []
        with tiered.line(8) as line:
            await fill(line, *(f"r{number}" for number in range(4)))
            while now() < 2.3:
                for number in range(limit):
                    tiered.put(f"camera{number}", "live")
                taken = await tiered.take(limit, 0)
                assert len(taken) == limit
                joined += [(round(now(), 1), item) for item in taken if item != "live"]
                await asyncio.sleep(0.1)
        assert tiered.figures == TieredFigures(taken=4, pressed=4)
        return joined

    joined = run_virtual(main())
    assert [item for _, item in joined] == ["r0", "r1", "r2", "r3"]
    assert [at for at, _ in joined] == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.11)


def test_while_live_items_are_lost_lines_get_no_more_than_their_one_place() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(8) as line:
            await fill(line, "r1", "r2", "r3", "r4")
            assert [tiered.put("camera", item) for item in ("lost", "live")] == [False, True]
            assert await tiered.take(4, 0) == ["live"]
            assert await tiered.take(4, 0) == ["r1"]
            assert now() == pytest.approx(0.3, abs=0.01)  # nothing was lost for as long
            for step in range(5):
                for item in ("lost", "live"):
                    tiered.put("camera", item)
                expected = ["live", "r2"] if step == 4 else ["live"]
                assert await tiered.take(4, 0) == expected
                await asyncio.sleep(0.125)
            for item in ("lost", "live"):
                tiered.put("camera", item)
            assert await tiered.take(4, 0) == ["live"]
            asyncio.get_running_loop().call_later(0.1, tiered.put, "camera", "next")
            assert await tiered.take(4, 0) == ["next"]

    run_virtual(main())


def test_a_live_key_whose_items_all_come_too_late_makes_no_line_wait() -> None:
    async def main() -> None:
        tiered: Tiered[str] = Tiered(like_a_processor, PATIENCE, lambda item: item != "stale")
        with tiered.line(8) as line:
            for number in range(8):
                await line.put(f"r{number}")
                tiered.put("camera", "stale")
                assert await tiered.take(4, 0) == [f"r{number}"]
                assert now() == pytest.approx(number * 0.1)
                await asyncio.sleep(0.1)

    run_virtual(main())


def test_a_live_item_does_not_wait_because_another_came_too_late() -> None:
    async def main() -> None:
        tiered: Tiered[str] = Tiered(like_a_processor, PATIENCE, lambda item: item != "stale")
        tiered.put("few", "live", 1)
        tiered.put("many", "live", 4)
        await tiered.take(4, 0)  # "few" has had its turn for long
        with tiered.line(8) as line:
            await fill(line, "r1")
            for item in ("lost", "stale"):
                tiered.put("many", item, 4)
            tiered.put("few", "live", 1)
            assert await tiered.take(4, 0) == ["live"]
            assert now() == 0

    run_virtual(main())


def test_a_live_item_is_taken_as_soon_as_it_comes_though_a_line_is_empty() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(8):
            asyncio.get_running_loop().call_later(1, tiered.put, "camera", "live")
            assert await tiered.take(4, 10) == ["live"]
            assert now() == 1

    run_virtual(main())


def test_a_line_is_served_when_the_live_key_that_was_waited_with_is_forgotten() -> None:
    async def main() -> None:
        tiered = inlet()
        for camera in ("one", "other"):
            tiered.put(camera, "old")
        await tiered.take(4, 0)
        with tiered.line(8) as line:
            await fill(line, "r1")
            tiered.put("one", "live")
            asyncio.get_running_loop().call_later(0.01, tiered.forget, "one")
            assert await tiered.take(4, 0.02) == ["r1"]
            assert now() < 0.03

    run_virtual(main())


def test_a_producer_waits_until_what_it_put_is_done_not_only_taken() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(2) as line:
            filling = asyncio.create_task(fill(line, "r1", "r2", "r3"))
            await asyncio.sleep(1)
            assert await tiered.take(4, 0) == ["r1", "r2"]
            await asyncio.sleep(1)
            assert not filling.done()
            line.done()
            await filling
            draining = asyncio.create_task(line.drained())
            assert await tiered.take(4, 0) == ["r3"]
            line.done()
            await asyncio.sleep(1)
            assert not draining.done()
            line.done()
            await draining

    run_virtual(main())


def test_leaving_a_line_drops_what_waits_counts_it_and_wakes_who_puts() -> None:
    async def main() -> None:
        tiered = inlet()
        with tiered.line(2) as line:
            filling = asyncio.create_task(fill(line, "r1", "r2", "r3"))
            await asyncio.sleep(1)
        with pytest.raises(ChannelClosedError):
            await filling
        await line.drained()
        assert tiered.figures.left == 2
        tiered.put("camera", "live")
        assert await tiered.take(4, 0) == ["live"]
        await tiered.take(4, 0)  # nothing is left that could be taken

    with pytest.raises(DeadlockError):
        run_virtual(main())


def test_a_lull_is_when_no_live_item_waits_or_they_have_waited_for_long() -> None:
    async def main() -> None:
        tiered = inlet()
        await tiered.lull()
        assert now() == 0
        with tiered.line(2) as line:
            await fill(line, "r1")
            await tiered.lull()  # what can wait is no reason to wait for
            assert now() == 0
        for camera in ("one", "other", "third"):
            tiered.put(camera, "live")
        asyncio.get_running_loop().call_later(0.3, tiered.forget, "third")
        lull = asyncio.create_task(tiered.lull())
        await asyncio.sleep(0.1)
        await tiered.take(1, 0)
        await asyncio.sleep(0.1)
        await tiered.take(1, 0)
        await lull
        assert now() == pytest.approx(0.3, abs=0.01)
        for item in ("lost", "live"):
            tiered.put("one", item)
        await tiered.take(1, 0)
        await tiered.lull()
        assert now() == pytest.approx(0.6, abs=0.01)  # nothing was lost for as long
        tiered.put("one", "live")
        await tiered.lull()
        assert now() == pytest.approx(0.6 + PATIENCE, abs=0.01)

    run_virtual(main())


moments = st.lists(st.floats(0, 0.2), max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(moments, min_size=1, max_size=3),
    cameras=st.lists(moments, max_size=3),
    room=st.sampled_from([like_a_processor, like_a_gpu]),
    limit=st.integers(1, 8),
    slowness=st.floats(0, 0.3),
    capacity=st.integers(1, 4),
)
def test_of_lines_every_item_is_taken_once_in_order_and_of_live_keys_the_newest_at_once(
    lines: list[list[float]],
    cameras: list[list[float]],
    room: Callable[[int], int],
    limit: int,
    slowness: float,
    capacity: int,
) -> None:
    """Items are (live, producer, number)."""

    async def main() -> None:
        tiered: Tiered[tuple[bool, int, int]] = Tiered(room, PATIENCE)
        taken: list[tuple[bool, int, int]] = []
        waiting: dict[int, int] = {}
        superseded = jumped = 0

        async def record(number: int, line: Line[tuple[bool, int, int]]) -> None:
            for place, pause in enumerate(lines[number]):
                await asyncio.sleep(pause)
                await line.put((False, number, place))
            await line.drained()

        async def film(number: int) -> None:
            nonlocal superseded
            for place, pause in enumerate(cameras[number]):
                await asyncio.sleep(pause)
                superseded += tiered.put(f"camera{number}", (True, number, place))
                waiting[number] = place

        async def read() -> None:
            nonlocal jumped
            while True:
                batch = await tiered.take(limit, 0.02)
                assert 1 <= len(batch) <= limit
                beside = [item for item in batch if not item[0]]
                live = len(batch) - len(beside)
                assert batch[:live] == [item for item in batch if item[0]]
                for _, number, place in batch[:live]:
                    assert waiting.pop(number) == place
                if beside and waiting:
                    jumped += len(beside)
                await asyncio.sleep(slowness)
                taken.extend(batch)
                for _, number, _ in beside:
                    open_lines[number].done()

        with ExitStack() as stack:
            open_lines = [stack.enter_context(tiered.line(capacity)) for _ in lines]
            reading = asyncio.create_task(read())
            async with asyncio.TaskGroup() as producing:
                for number, line in enumerate(open_lines):
                    producing.create_task(record(number, line))
                for number in range(len(cameras)):
                    producing.create_task(film(number))
            await asyncio.sleep(10)
            reading.cancel()
        for number, pauses in enumerate(lines):
            places = [place for live, one, place in taken if not live and one == number]
            assert places == list(range(len(pauses)))
        live_items = [item for item in taken if item[0]]
        assert len(live_items) + superseded == sum(map(len, cameras))
        assert jumped <= tiered.figures.pressed
        assert tiered.figures.taken == sum(map(len, lines))
        assert tiered.figures.left == 0

    run_virtual(main())


@settings(max_examples=40, deadline=None)
@given(
    period=st.floats(0.01, 0.6),
    work=st.floats(0.01, 0.2),
    limit=st.integers(1, 4),
    cameras=st.integers(1, 6),
)
def test_no_line_starves_however_busy_the_live_keys_are(
    period: float, work: float, limit: int, cameras: int
) -> None:
    async def main() -> None:
        tiered: Tiered[str] = Tiered(like_a_processor, PATIENCE)
        served: dict[str, list[float]] = {"a": [0.0], "b": [0.0]}

        async def film(number: int) -> None:
            while True:
                tiered.put(f"camera{number}", "live")
                await asyncio.sleep(period)

        async def record(name: str, line: Line[str]) -> None:
            while True:
                await line.put(name)

        async def read(lines: dict[str, Line[str]]) -> None:
            while True:
                for item in await tiered.take(limit, 0):
                    if item in lines:
                        served[item].append(now())
                        lines[item].done()
                await asyncio.sleep(work)

        with tiered.line(2) as one, tiered.line(2) as other:
            lines = {"a": one, "b": other}
            tasks = [asyncio.create_task(film(number)) for number in range(cameras)]
            tasks += [asyncio.create_task(record(name, line)) for name, line in lines.items()]
            tasks.append(asyncio.create_task(read(lines)))
            await asyncio.sleep(3)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for times in served.values():
            gaps = [after - before for before, after in zip(times, [*times[1:], 3.0], strict=True)]
            assert max(gaps) <= 2 * (PATIENCE + work) + 0.01

    run_virtual(main())
