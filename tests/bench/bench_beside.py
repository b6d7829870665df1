"""What an operation of the Emotion API costs the live streams: their latency and rate with and without one.

    python -m tests.bench.bench_beside [--streams 4] [--seconds 10] [--rounds 2] [--video FILE]

Live streams and recordings go through one pipeline in one process. The kinds of work take turns, so that what
else the machine does touches all of them: `alone`; `beside`, a recording that is read as the service does;
`level`, the same recording read by the same engine, decoder and models at the live streams' own level, which
is what precedence and priority are there to avoid; `pictures`, eight clients that send 720p pictures as fast
as they are answered.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from rich.console import Console
from rich.table import Table

from aggregation import Window
from inference.engine import Engine
from inference.options import InferenceOptions
from inference.reading import Reading
from semblance.pipeline import Pipeline
from stream.addresses import parse_address
from stream.array_pixels import ArrayPixels
from stream.av_source import AvSource
from stream.channel import Channel
from stream.opening import open_source
from stream.pattern import Scene
from stream.spec import StreamSpec
from tests.bench.material import clips
from tests.fake_publishers import FakePublishers
from tests.unwatched import Unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream import Frame
    from web.service import Published

Work: TypeAlias = Literal["alone", "beside", "level", "pictures"]
CLIENTS = 8
WARM_UP = 4.0
SETTLING = 1.0


@dataclass(slots=True)
class Listener(Unwatched):
    """Notes how old each reading is when it comes, by the work that went on."""

    work: Work | None = None
    latencies: dict[Work, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def publish(self, message: Published) -> None:
        if isinstance(message, Reading) and self.work:
            age = time.monotonic() - message.captured
            self.latencies[self.work][message.stream].append(age)


@dataclass(slots=True)
class Totals:
    """Seconds of each work, the processor seconds in them, and the recording's frames read in them."""

    seconds: dict[Work, float] = field(default_factory=lambda: defaultdict(float))
    processor: dict[Work, float] = field(default_factory=lambda: defaultdict(float))
    frames: dict[Work, int] = field(default_factory=lambda: defaultdict(int))


async def operations(pipeline: Pipeline, video: Path) -> None:
    """One after another until cancelled, as the service reads them."""
    while True:
        await pipeline.videos.read(video, "perFrame", lambda _: None)


async def pictures(pipeline: Pipeline, listener: Listener, totals: Totals) -> None:
    """Sent by several clients, each the next as soon as it has its answer."""
    drawn = ArrayPixels(np.ascontiguousarray(Scene(1280, 720, people=3, seed=5).render(1.0)))

    async def client() -> None:
        while True:
            await pipeline.pictures.faces(drawn)
            totals.frames["pictures"] += listener.work == "pictures"

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CLIENTS):
            tasks.create_task(client())


async def level(engine: Engine, video: Path, listener: Listener, totals: Totals) -> None:
    """The same video without precedence."""
    while True:
        channel: Channel[Frame] = Channel(8)
        source = AvSource("level", parse_address(str(video)), live=False)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(feed(source, channel))
            await engine.run(channel, lambda _: count(listener, totals))


def count(listener: Listener, totals: Totals) -> None:
    totals.frames["level"] += listener.work == "level"


async def feed(source: AvSource, channel: Channel[Frame]) -> None:
    try:
        async with aclosing(source.frames()) as frames:
            async for frame in frames:
                await channel.put(frame)
    finally:
        await channel.close()


async def spend(
    pipeline: Pipeline,
    engine: Engine,
    listener: Listener,
    work: Work,
    video: Path,
    seconds: float,
    totals: Totals,
) -> None:
    """So many seconds of one kind of work."""
    task: asyncio.Task[None] | None = None
    if work == "beside":
        task = asyncio.create_task(operations(pipeline, video))
    if work == "level":
        task = asyncio.create_task(level(engine, video, listener, totals))
    if work == "pictures":
        task = asyncio.create_task(pictures(pipeline, listener, totals))
    await asyncio.sleep(SETTLING)
    listener.work, begin, busy = work, time.monotonic(), time.process_time()
    read = pipeline.beside.taken
    await asyncio.sleep(seconds)
    listener.work = None
    totals.seconds[work] += time.monotonic() - begin
    totals.processor[work] += time.process_time() - busy
    if work == "beside":
        totals.frames[work] += pipeline.beside.taken - read
    if task:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


async def measured(files: Sequence[Path], options: argparse.Namespace) -> tuple[Listener, Totals]:
    listener, totals = Listener(), Totals()
    engine = await asyncio.to_thread(Engine.load, InferenceOptions())
    async with asyncio.TaskGroup() as tasks:
        nobody = FakePublishers(ArrayPixels(np.zeros((2, 2, 3), np.uint8)))
        pipeline = Pipeline(tasks, listener, [Window("2s", 2.0, 0.5)], open_source, nobody)
        running = tasks.create_task(pipeline.run(lambda: engine))
        names = [f"camera-{number:02}" for number in range(options.streams)]
        for name, file in zip(names, islice(cycle(files), options.streams), strict=True):
            await pipeline.add(StreamSpec(id=name, url=str(file), fps=options.fps, loop=True))
        while not pipeline.ready:  # noqa: ASYNC110 - nobody else waits for it
            await asyncio.sleep(0.1)
        await asyncio.sleep(WARM_UP)
        works: tuple[Work, ...] = ("alone", "beside", "level", "pictures")
        for _ in range(options.rounds):
            for work in works:
                await spend(
                    pipeline, engine, listener, work, options.video or files[0], options.seconds, totals
                )
        for name in names:
            await pipeline.remove(name)
        running.cancel()
    engine.close()
    return listener, totals


def report(listener: Listener, totals: Totals, console: Console) -> None:
    headings = (
        "work",
        "analysed/s least",
        "mean",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "read beside/s",
        "cores",
    )
    table = Table(*headings, box=None)
    for work, streams in listener.latencies.items():
        seconds = totals.seconds[work]
        rates = [len(ages) / seconds for ages in streams.values()]
        ages = 1000 * np.concatenate([np.array(each) for each in streams.values()])
        p50, p95, p99 = np.percentile(ages, (50, 95, 99))
        table.add_row(
            work, f"{min(rates):.2f}", f"{np.mean(rates):.2f}", f"{p50:.1f}", f"{p95:.1f}", f"{p99:.1f}",
            f"{totals.frames[work] / seconds:.1f}", f"{totals.processor[work] / seconds:.2f}",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, default=4)
    parser.add_argument("--fps", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--video", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [file.resolve() for file in clips(Path(folder))]
        listener, totals = asyncio.run(measured(files, options))
    report(listener, totals, Console(width=120))


if __name__ == "__main__":
    main()
