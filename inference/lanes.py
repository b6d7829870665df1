"""Lanes: threads side by side that each read whole batches, for recordings as fast as the machine can."""

from __future__ import annotations

import asyncio
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from inference.look import LOOKS
from inference.measured import Measured
from inference.turns import AbandonedError, Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from inference.batching import Inlet
    from inference.finder import Finder
    from inference.look import Look
    from inference.reader import Reader
    from inference.turns import Turn
    from stream.frame import Frame, Pixels
    from stream.spec import Detail

    Emit: TypeAlias = Callable[[Measured], Awaitable[None] | None]
    Note: TypeAlias = Callable[["Batch"], None]

T = TypeVar("T")

_AHEAD = 2
"""Batches in the works beyond those that the lanes are at, so that no lane waits while one is emitted."""

_BATCH_PIXELS = 1 << 24
"""Eight pictures of 1080p: memory is to be bounded for larger ones too."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one thread has to itself: the buffers of both models. The models may be shared, and what is
    followed is."""

    finder: Finder
    reader: Reader


@dataclass(frozen=True, slots=True)
class Batch:
    """Frames that were read together, and the seconds that each half of it took."""

    measured: list[Measured]
    detect_seconds: float
    read_seconds: float


class Lanes:
    """A thread for each lane. Faces are looked for, cropped and classified side by side; following them from
    frame to frame, which takes next to no time, goes by turns.
    """

    def __init__(self, lanes: Sequence[Lane], limit: int, wait: float) -> None:
        """`limit` frames go into a batch, fewer large ones, gathered for `wait` seconds."""
        self._limit, self._wait = limit, wait
        self._count = len(lanes)
        self._threads = ThreadPoolExecutor(len(lanes), "lane")
        self._free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        for lane in lanes:
            self._free.put(lane)

    async def call(self, work: Callable[[Lane], T]) -> T:
        """Does some work on the next lane that is free."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._on_a_lane, work)

    async def run(self, inlet: Inlet[Frame], emit: Emit, detail: Callable[[str], Detail], note: Note) -> None:
        """Emits a reading for each frame in the order of the inlet, until it closes; `note` is told of each
        batch. May be called again meanwhile, for frames of other streams.
        """
        turns, room = Turns(), asyncio.Semaphore(self._count + _AHEAD)
        before = asyncio.Event()
        before.set()

        async def read(work: _Work, before: asyncio.Event, emitted: asyncio.Event) -> None:
            try:
                batch = await self.call(work.done_on)
            except AbandonedError:
                return  # one before it failed, which ends the run and says why
            note(batch)
            await before.wait()
            await _emit(batch, emit)
            emitted.set()
            room.release()

        try:
            async with asyncio.TaskGroup() as tasks:
                await room.acquire()
                limit = 1  # until it is known how large they are
                while frames := await self._full(inlet, limit):
                    limit = self._as_many_as(frames[-1].pixels)
                    looks = [LOOKS[detail(frame.stream)] for frame in frames]
                    emitted = asyncio.Event()
                    tasks.create_task(read(_Work(frames, looks, turns.next()), before, emitted))
                    before = emitted
                    await room.acquire()
        finally:
            turns.close()

    def close(self) -> None:
        """Ends the threads, after the batches they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _full(self, inlet: Inlet[Frame], limit: int) -> list[Frame]:
        """As many frames as a batch takes, fewer at the end alone. What is found in a frame depends on where
        in its batch it is, and must not depend on how fast a file is decoded."""
        frames = await inlet.take(limit, self._wait)
        while frames and len(frames) < limit:
            more = await inlet.take(limit - len(frames), self._wait)
            if not more:
                break
            frames += more
        return frames

    def _as_many_as(self, pixels: Pixels) -> int:
        return max(1, min(self._limit, _BATCH_PIXELS // (pixels.width * pixels.height)))

    def _on_a_lane(self, work: Callable[[Lane], T]) -> T:
        lane = self._free.get()
        try:
            return work(lane)
        finally:
            self._free.put(lane)


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch to be read, and its turn to be followed."""

    frames: list[Frame]
    looks: list[Look]
    turn: Turn

    def done_on(self, lane: Lane) -> Batch:
        frames, start = self.frames, time.perf_counter()
        try:
            found = lane.finder.find_anew(frames, self.looks)
            middle = time.perf_counter()
            readings = lane.reader.read(frames, found, self.turn)
        except BaseException:
            self.turn.abandon()
            raise
        measured = [
            Measured(reading, frame, in_it.boxes, whole=False)
            for reading, frame, in_it in zip(readings, frames, found, strict=True)
        ]
        return Batch(measured, middle - start, time.perf_counter() - middle)


async def _emit(batch: Batch, emit: Emit) -> None:
    for measured in batch.measured:
        waiting = emit(measured)
        if waiting is not None:
            await waiting
