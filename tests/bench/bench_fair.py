"""How streams share a device that cannot analyse all of their frames.

    python -m tests.bench.bench_fair [--seconds 20] [--max-age 3] [--rates 60,60,10,2]

For each priority there are streams of these rates, in one pipeline with the real models. Their pictures
were decoded before, so that the models alone are what is scarce. Beside what was analysed of each stands what
is due to it: its own rate, or its priority's share of what those leave that need less (weighted max-min
fairness), of the frames that were analysed altogether.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from aggregation import Window
from inference.engine import Engine
from inference.options import InferenceOptions
from inference.reading import Reading
from semblance.pipeline import Pipeline
from semblance.shedding import MAX_AGE
from stream import Frame, SourceFigures, SourceInfo, StreamSpec
from stream.array_pixels import ArrayPixels
from stream.spec import SHARES
from tests.bench.goals import HEAD, AtMost
from tests.bench.material import camera
from tests.fake_publishers import FakePublishers
from tests.unwatched import Unwatched

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from stream import Pixels
    from web.service import Published, StreamView

WARM_UP = 3.0
GOAL = 1.1


class Decoded:
    """A source that hands over pictures which were decoded before, over and over, at a steady rate."""

    def __init__(self, spec: StreamSpec, pictures: Sequence[Pixels]) -> None:
        self.figures = SourceFigures()
        self.info = SourceInfo(pictures[0].width, pictures[0].height, spec.fps, "decoded")
        self._spec = spec
        self._fps = spec.fps
        self._pictures = pictures

    def pace(self, fps: float) -> None:
        self._fps = fps

    async def frames(self) -> AsyncGenerator[Frame, None]:
        due = time.monotonic()
        for sequence in itertools.count():
            self.figures.decoded += 1
            captured = time.monotonic()
            pixels = self._pictures[sequence % len(self._pictures)]
            yield Frame(self._spec.id, sequence, captured, time.time(), None, pixels, 1 / self._fps)
            due += 1 / self._fps
            await asyncio.sleep(max(0.0, due - time.monotonic()))


@dataclass(slots=True)
class Listener(Unwatched):
    """Notes how old each reading is when it comes."""

    ages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def publish(self, message: Published) -> None:
        if isinstance(message, Reading):
            self.ages[message.stream].append(time.monotonic() - message.captured)


def decoded(file: Path) -> list[Pixels]:
    """The first two seconds of a clip."""
    with av.open(str(file)) as container:
        pictures = itertools.islice(container.decode(video=0), 50)
        return [ArrayPixels(np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)) for picture in pictures]


def due(views: Sequence[StreamView], analysed: float) -> dict[str, float]:
    """Frames a second of each stream, where so many are analysed of all: those who need the least, beside
    their share, have what they need.
    """
    left, shares = analysed, sum(SHARES[view.priority] for view in views)
    fair = {}
    for view in sorted(views, key=lambda view: view.fps / SHARES[view.priority]):
        share = SHARES[view.priority]
        fair[view.id] = min(view.fps, left * share / shares)
        left, shares = left - fair[view.id], shares - share
    return fair


async def measured(
    pictures: Sequence[Pixels], options: argparse.Namespace
) -> tuple[list[StreamView], dict[str, float], Listener]:
    """The streams, frames analysed of each in a second, and the ages of their readings."""
    listener = Listener()
    engine = await asyncio.to_thread(Engine.load, InferenceOptions())
    async with asyncio.TaskGroup() as tasks:
        pipeline = Pipeline(
            tasks,
            listener,
            [Window("2s", 2.0, 0.5)],
            lambda spec: Decoded(spec, pictures),
            FakePublishers(pictures[0]),
            max_age=options.max_age,
        )
        running = tasks.create_task(pipeline.run(lambda: engine))
        while not pipeline.ready:  # noqa: ASYNC110 - nobody else waits for it
            await asyncio.sleep(0.1)
        for priority, (number, fps) in itertools.product(SHARES, enumerate(options.rates)):
            name = f"{priority}-{number}"
            await pipeline.add(StreamSpec(id=name, url="pattern:", fps=fps, priority=priority))
        await asyncio.sleep(WARM_UP)
        listener.ages.clear()
        begin = time.monotonic()
        await asyncio.sleep(options.seconds)
        elapsed = time.monotonic() - begin
        rates = {name: len(ages) / elapsed for name, ages in listener.ages.items()}
        views = list(pipeline.streams())
        for view in views:
            await pipeline.remove(view.id)
        running.cancel()
    engine.close()
    return views, rates, listener


def report(
    views: Sequence[StreamView], rates: Mapping[str, float], listener: Listener, console: Console
) -> list[AtMost]:
    analysed = sum(rates.values())
    fair = due(views, analysed)
    table = Table("stream", "fps", "due/s", "analysed/s", "shed", "age p50 ms", "p95", "oldest", box=None)
    for view in views:
        ages = 1000 * np.array(listener.ages[view.id])
        figures = (*np.percentile(ages, (50, 95)), ages.max())
        table.add_row(
            view.id, f"{view.fps:g}", f"{fair[view.id]:.2f}", f"{rates[view.id]:.2f}", f"{view.shed:.0%}",
            *(f"{figure:.0f}" for figure in figures),
        )  # fmt: skip
    console.print(table)
    offered = sum(view.fps for view in views)
    least = min(views, key=lambda view: rates[view.id] / fair[view.id])
    most = max(views, key=lambda view: rates[view.id] / fair[view.id])
    worst = fair[least.id] / rates[least.id]
    return [
        AtMost(
            f"{offered:g} frames/s offered, {analysed:.0f} analysed: the stream that fared worst",
            f"{rates[least.id]:.2f} frames/s",
            f"{fair[least.id]:.2f} due",
            worst,
            GOAL,
        ),
        AtMost(
            "the stream that fared best",
            f"{rates[most.id]:.2f} frames/s",
            f"{fair[most.id]:.2f} due",
            rates[most.id] / fair[most.id],
            GOAL,
        ),
    ]


def main() -> None:
    """Prints each stream, and how far it is from what is due to it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--max-age", type=float, default=MAX_AGE)
    parser.add_argument(
        "--rates", type=lambda text: [float(fps) for fps in text.split(",")], default=[60, 60, 10, 2]
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pictures = decoded(camera(Path(folder)))
    views, rates, listener = asyncio.run(measured(pictures, options))
    console = Console(width=120)
    rows = report(views, rates, listener, console)
    if all(view.shed < 0.05 for view in views):
        console.print("Nothing was scarce: ask for higher --rates.")
    sys.stdout.write("\n".join([HEAD, *(row.row() for row in rows)]) + "\n")


if __name__ == "__main__":
    main()
