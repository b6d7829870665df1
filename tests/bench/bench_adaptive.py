"""Adaptive sampling beside steady: how many frames a second each takes for equal error in window scores.

    python -m tests.bench.bench_adaptive [FILE ...] [--fps 10]

Every frame is read once. Then windows of 2 s, made of what each way of sampling would have read, are compared
with those of every frame: the error is the mean over windows and emotions of the difference in score, over
several beginnings. "adaptive" is what it took, in frames a second, "steady" the rate of the same error,
between those that were tried. "lost" are windows in which one shows a face and the other does not. A new rate
holds a tenth of a second after the reading that asks for it.

Always at it: real clips where the data folder is there (or FILE ...), one after the other. 3/4 nobody: the
same, with nobody there before each, for so much of the whole time. Rendered: two people, who hold an
expression for ten seconds. Steps from one level to another are found as late by either way, whatever follows
them, so adaptive sampling gains little on them: it gains where there is nothing to be seen.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import tempfile
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from aggregation import Aggregator, Window
from aggregation.sampling import Sampling
from inference.engine import Engine
from inference.options import InferenceOptions
from inference.reading import EMOTIONS
from stream.cadence import Cadence
from stream.channel import Channel
from stream.opening import open_source
from stream.spec import StreamSpec
from tests.bench.material import clips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference import Face, Reading
    from inference.measured import Measured
    from inference.reading import Scores
    from stream.frame import Frame
    from stream.source import Source

WINDOW = Window("2s", 2.0, 0.5)
STEADY = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
BEGINNINGS = (0.0, 0.13, 0.29, 0.41, 0.57)
DELAY = 0.1
"""Seconds from a frame's capture to the rate that its reading asks for."""
SETTLED = 4.0
"""Seconds after which frames and windows count."""
RENDERED = "pattern:?people=2&seed=1&width=320&height=240&fps=10&hold=10"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every reading of a stream, at its media time, at so many a second."""

    readings: list[Reading]
    fps: float

    @property
    def seconds(self) -> float:
        return _at(self.readings[-1]) + 1 / self.fps


@dataclass(frozen=True, slots=True)
class Outcome:
    fps: float
    error: float
    lost: float


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--fps", type=float, default=10.0, help="the most that adaptive sampling takes")
    arguments = parser.parse_args()
    table = Table("stream", "seconds", "adaptive", "error", "lost", "steady", "lost", "times fewer", box=None)
    for name, recorded in material(arguments.files).items():
        table.add_row(*compare(name, recorded, arguments.fps))
    Console().print(table)


def material(files: Sequence[Path]) -> dict[str, Recorded]:
    """What is compared, by name; runs the models."""
    engine = Engine.load(InferenceOptions())
    with tempfile.TemporaryDirectory() as folder:
        parts = [read(engine, str(file.resolve())) for file in files or clips(Path(folder))]
    return {
        "always at it": joined(parts, 0.0),
        "3/4 nobody": joined(parts, 0.75),
        "9/10 nobody": joined(parts, 0.9),
        "rendered": read(engine, RENDERED),
    }


def read(engine: Engine, url: str) -> Recorded:
    """Every frame, by the models."""
    source = open_source(StreamSpec(id="bench", url=url), live=False)
    readings: list[Reading] = []

    async def keep(measured: Measured) -> None:
        readings.append(measured.reading)

    async def run() -> None:
        channel: Channel[Frame] = Channel(8)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(feed(source, channel))
            await engine.run(channel, keep, lambda _: "normal")

    asyncio.run(run())
    engine.forget("bench")
    return Recorded(readings, (source.info.fps if source.info else None) or 25.0)


async def feed(source: Source, channel: Channel[Frame]) -> None:
    async with aclosing(source.frames()) as frames:
        async for frame in frames:
            await channel.put(frame)
    await channel.close()


def joined(parts: Sequence[Recorded], empty: float) -> Recorded:
    """One after the other, each after so much of nobody that it is this share of the whole time."""
    readings: list[Reading] = []
    at, fps = 0.0, max(part.fps for part in parts)
    for number, part in enumerate(parts):
        alone = part.seconds * empty / (1 - empty)
        first = part.readings[0]
        readings += [replace(first, pts=at + count / fps, faces=()) for count in range(round(alone * fps))]
        at += alone
        readings += [
            replace(each, pts=at + _at(each), faces=_renumbered(each, number)) for each in part.readings
        ]
        at += part.seconds
    return Recorded([replace(each, sequence=index) for index, each in enumerate(readings)], fps)


def compare(name: str, recorded: Recorded, fps: float) -> list[str]:
    """A row of the table."""
    truth = windows(recorded.readings, recorded.fps)
    steady = [outcome(recorded, truth, rate, adaptive=False) for rate in STEADY if rate < fps]
    mine = outcome(recorded, truth, fps, adaptive=True)
    equal = as_good(steady, mine.error)
    return [
        name,
        f"{recorded.seconds:.0f}",
        f"{mine.fps:.2f}",
        f"{mine.error:.4f}",
        f"{mine.lost:.1%}",
        f"{equal.fps:.2f}",
        f"{equal.lost:.1%}",
        f"{equal.fps / mine.fps:.2f}",
    ]


def outcome(recorded: Recorded, truth: dict[float, Scores], fps: float, *, adaptive: bool) -> Outcome:
    """Of all beginnings together."""
    taken, errors, lost = 0, [], 0
    for beginning in BEGINNINGS:
        sampling = Sampling(fps) if adaptive else None
        readings = sampled(recorded.readings, beginning, fps, sampling)
        taken += sum(_at(reading) >= SETTLED for reading in readings)
        mine = windows(readings, fps, Sampling(fps) if adaptive else None)
        errors += [difference(mine[end], scores) for end, scores in truth.items() if end in mine]
        lost += len(truth.keys() ^ {end for end in mine if end >= SETTLED})
    compared = len(BEGINNINGS) * len(truth)
    seconds = len(BEGINNINGS) * (recorded.seconds - SETTLED)
    return Outcome(taken / seconds, statistics.mean(errors), lost / compared)


def sampled(
    readings: list[Reading], beginning: float, fps: float, sampling: Sampling | None
) -> list[Reading]:
    """Those that a source would have handed on."""
    cadence = Cadence(fps)
    asked: deque[tuple[float, float]] = deque()
    taken = []
    for reading in readings:
        at = _at(reading)
        while asked and asked[0][0] <= at:
            cadence.pace(asked.popleft()[1])
        if at < beginning or not cadence.picks(at):
            continue
        taken.append(reading)
        if sampling:
            asked.append((at + DELAY, sampling.rate(reading, at)))
    return taken


def windows(readings: list[Reading], fps: float, sampling: Sampling | None = None) -> dict[float, Scores]:
    """The mean scores of each window with a face in it, by its end, as the service would have made them."""
    aggregator = Aggregator("bench", [WINDOW], expected_interval=1 / fps)
    found = {}
    for reading in readings:
        for summary in aggregator.add(reading, _at(reading)):
            if summary.mean_scores and summary.end >= SETTLED:
                found[summary.end] = summary.mean_scores
        if sampling:
            aggregator.relax(1 / sampling.rate(reading, _at(reading)))
    return found


def as_good(steady: list[Outcome], error: float) -> Outcome:
    """The steady rate that has this error, between those that were tried, on a logarithmic scale."""
    for low, high in pairwise(steady):
        if high.error <= error <= low.error:
            part = math.log(low.error / error) / math.log(low.error / high.error)
            return Outcome(
                low.fps * (high.fps / low.fps) ** part, error, low.lost + part * (high.lost - low.lost)
            )
    return steady[0] if error > steady[0].error else steady[-1]


def difference(one: Scores, other: Scores) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(EMOTIONS)


def _renumbered(reading: Reading, part: int) -> tuple[Face, ...]:
    """Its faces, under ids that no other part gives."""
    return tuple(replace(face, id=face.id + 1000 * part) for face in reading.faces)


def _at(reading: Reading) -> float:
    return reading.pts or 0.0


if __name__ == "__main__":
    main()
