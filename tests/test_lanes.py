"""Lanes: batches read side by side, and told of in order."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, cast

import pytest

from inference.detections import NONE
from inference.finder import Finder
from inference.lanes import Batch, Lane, Lanes
from inference.reading import Reading
from stream.channel import Channel
from tests.faces import frame, white_square

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from inference.detections import Detections
    from inference.detector import Detector
    from inference.look import Look
    from inference.measured import Measured
    from inference.reader import Reader
    from stream.frame import Frame, Pixels

PATIENCE = 10.0  # seconds after which a test that hangs gives up


class Works:
    """Detectors and readers that note what they are given; any batch can be held up or made to fail."""

    def __init__(self) -> None:
        self.entered: dict[int, threading.Event] = {}
        self.may_detect: dict[int, threading.Event] = {}
        self.fails: set[int] = set()
        self.followed: list[int] = []

    def lane(self) -> Lane:
        return Lane(Finder(cast("Detector", Detecting(self)), None), cast("Reader", Following(self)))

    def hold(self, sequence: int) -> threading.Event:
        self.may_detect[sequence] = threading.Event()
        self.entered[sequence] = threading.Event()
        return self.may_detect[sequence]


class Detecting:
    def __init__(self, works: Works) -> None:
        self._works = works
        self._busy = threading.Lock()

    def detect(self, pictures: Sequence[Pixels], looks: Sequence[Look]) -> list[Detections]:
        assert self._busy.acquire(blocking=False), "two threads at once in one lane"
        try:
            assert len(pictures) == len(looks)
            first = pictures[0].width  # which says the sequence
            if first in self._works.entered:
                self._works.entered[first].set()
                assert self._works.may_detect[first].wait(PATIENCE)
            if first in self._works.fails:
                raise RuntimeError(f"a bug in {first}")
            return [NONE] * len(pictures)
        finally:
            self._busy.release()


class Following:
    def __init__(self, works: Works) -> None:
        self._works = works

    def read(
        self, frames: Sequence[Frame], found: Sequence[Detections], turn: AbstractContextManager[None]
    ) -> list[Reading]:
        assert len(frames) == len(found)
        with turn:
            self._works.followed += [shot.sequence for shot in frames]
        return [
            Reading(shot.stream, shot.sequence, shot.captured, shot.captured_utc, shot.pts, 1, 1, ())
            for shot in frames
        ]


@pytest.fixture
def works() -> Works:
    return Works()


@pytest.fixture
def lanes(works: Works) -> Iterator[Lanes]:
    one = Lanes([works.lane() for _ in range(3)], 2, 0.0)
    yield one
    one.close()


def shots(count: int, stream: str = "film") -> list[Frame]:
    return [frame(white_square(0, 0, sequence, 32), sequence, stream) for sequence in range(16, 16 + count)]


async def filled(frames: Sequence[Frame]) -> Channel[Frame]:
    channel: Channel[Frame] = Channel(max(1, len(frames)))
    for shot in frames:
        await channel.put(shot)
    await channel.close()
    return channel


async def read(
    lanes: Lanes, inlet: Channel[Frame], emit: Callable[[Measured], None], batches: list[Batch] | None = None
) -> None:
    note = batches.append if batches is not None else lambda _batch: None
    async with asyncio.timeout(PATIENCE):
        await lanes.run(inlet, emit, lambda _: "normal", note)


def ignored(_measured: Measured) -> None:
    """Nobody listens."""


async def until_set(*events: threading.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        while not all(event.is_set() for event in events):  # noqa: ASYNC110 - they are set on other threads
            await asyncio.sleep(0.001)


async def test_frames_are_followed_and_emitted_in_order_though_a_later_batch_is_done_first(
    lanes: Lanes, works: Works
) -> None:
    held = works.hold(16)
    emitted: list[int] = []
    inlet = await filled(shots(10))
    running = asyncio.create_task(
        read(lanes, inlet, lambda measured: emitted.append(measured.reading.sequence))
    )
    await until_set(works.entered[16])
    await asyncio.sleep(0.05)
    assert emitted == works.followed == []
    held.set()
    await running
    assert emitted == works.followed == list(range(16, 26))


async def test_batches_are_read_side_by_side_as_many_as_there_are_lanes(lanes: Lanes, works: Works) -> None:
    held = [works.hold(sequence) for sequence in (16, 17, 19)]  # the first of each batch
    running = asyncio.create_task(read(lanes, await filled(shots(5)), ignored))
    await until_set(*works.entered.values())
    for one in held:
        one.set()
    await running


async def test_no_more_is_taken_than_is_in_the_works(lanes: Lanes, works: Works) -> None:
    held = works.hold(16)
    inlet = await filled(shots(40))
    running = asyncio.create_task(read(lanes, inlet, ignored))
    await until_set(works.entered[16])
    await asyncio.sleep(0.05)
    assert len(inlet) == 40 - 1 - (3 + 2 - 1) * 2  # the first alone: its size was not known
    held.set()
    await running
    assert len(works.followed) == 40


async def test_large_frames_go_into_smaller_batches(works: Works) -> None:
    lanes = Lanes([works.lane()], 8, 0.0)
    batches: list[Batch] = []
    pixels = white_square(0, 0, 5000, 1000)
    try:
        await read(lanes, await filled([frame(pixels, number) for number in range(8)]), ignored, batches)
    finally:
        lanes.close()
    assert [len(batch.measured) for batch in batches] == [1, 3, 3, 1]


async def test_each_batch_is_noted_with_what_it_took(lanes: Lanes) -> None:
    batches: list[Batch] = []
    await read(lanes, await filled(shots(5)), ignored, batches)
    assert sorted(len(batch.measured) for batch in batches) == [1, 2, 2]
    assert all(batch.detect_seconds >= 0 and batch.read_seconds >= 0 for batch in batches)


async def test_several_runs_share_the_lanes_and_each_keeps_its_order(lanes: Lanes) -> None:
    emitted: dict[str, list[int]] = {"one": [], "two": []}

    def emit(measured: Measured) -> None:
        emitted[measured.reading.stream].append(measured.reading.sequence)

    inlets = [await filled(shots(30, stream)) for stream in emitted]
    async with asyncio.TaskGroup() as tasks:
        for inlet in inlets:
            tasks.create_task(read(lanes, inlet, emit))
    assert emitted == {"one": list(range(16, 46)), "two": list(range(16, 46))}


async def test_an_error_in_a_lane_ends_the_run_loudly_and_nobody_waits_for_what_will_not_come(
    lanes: Lanes, works: Works
) -> None:
    works.fails.add(19)
    emitted: list[int] = []
    inlet = await filled(shots(30))
    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="a bug in 19")):
        await read(lanes, inlet, lambda measured: emitted.append(measured.reading.sequence))
    assert emitted == list(range(16, 16 + len(emitted)))
    assert len(emitted) <= 3
    works.fails.clear()
    again: list[int] = []
    await read(lanes, await filled(shots(4)), lambda measured: again.append(measured.reading.sequence))
    assert again == [16, 17, 18, 19]


async def test_a_run_that_is_cancelled_leaves_the_lanes_to_others(lanes: Lanes, works: Works) -> None:
    held = works.hold(16)
    running = asyncio.create_task(read(lanes, await filled(shots(30)), ignored))
    await until_set(works.entered[16])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    held.set()
    works.entered.clear()
    again: list[int] = []
    await read(lanes, await filled(shots(8)), lambda measured: again.append(measured.reading.sequence))
    assert again == list(range(16, 24))


async def test_who_takes_the_readings_may_be_waited_for(lanes: Lanes) -> None:
    measured: Channel[Measured] = Channel(10)
    async with asyncio.timeout(PATIENCE):
        await lanes.run(await filled(shots(5)), measured.put, lambda _: "normal", lambda _: None)
    assert len(measured) == 5
