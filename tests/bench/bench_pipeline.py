"""The live pipeline beside its floor, beside a detector run on every frame, and beside a plain loop.

    python -m tests.bench.bench_pipeline [FILE ...] [--streams 1] [--seconds 4] [--rounds 2] [--frames 200]

The whole is what the service does with the frames of a camera: decode, find, follow, crop, classify, smooth,
window, and encode readings and summaries to JSON, of files played live with every frame analysed. The floor
decodes as many frames and makes the same `session.run` calls, with nothing between; `every frame` is the
floor of a pipeline that looks for faces in each whole frame. The plain loop is `tests/bench/plain_loop.py`.
Compared is the processor time of all threads per analysed frame, by turns in one process. Without a file:
real clips where the data folder is there, and drawn people otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import sys
import tempfile
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av
from rich.console import Console
from rich.table import Table

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from tests.bench.goals import HEAD, AtMost
from tests.bench.material import clips, processor_seconds, repeated, shortened
from tests.bench.plain_loop import PlainLoop
from tests.bench.played_live import played_live
from tests.bench.recorded_calls import RecordedCalls, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONG = 120
"""Seconds: a clip is strung together to so much, as to open it again and again is no camera's work."""
_WIDTH = 160


class Round(NamedTuple):
    """Processor milliseconds per analysed frame, and how many were analysed a second of all streams."""

    live: float
    floor: float
    every: float
    plain: float
    analysed: float


class Comparison:
    """The models, loaded once for all files."""

    def __init__(self, options: InferenceOptions) -> None:
        self._engine = Engine.load(options)
        self._every = Engine.load(replace(options, detect_every=1))
        self._plain = PlainLoop()

    def rounds(self, file: Path, folder: Path, streams: int, seconds: float, count: int) -> list[Round]:
        """One after another, all four in each."""
        with RecordedCalls() as calls:
            analyse(self._every, file)
        self._plain.run(file)
        long = strung(file, folder)
        return [self._round(file, long, calls, streams, seconds) for _ in range(count)]

    def _round(self, file: Path, long: Path, every: RecordedCalls, streams: int, seconds: float) -> Round:
        live = asyncio.run(played_live(self._engine, [str(long)] * streams, seconds))
        frames = decode(file)
        decoding = processor_seconds(lambda: decode(file))[0] / frames
        calls = processor_seconds(lambda: live.calls.replay(1))[0]
        all_calls = processor_seconds(lambda: every.replay(1))[0] / frames
        plain = processor_seconds(lambda: self._plain.run(file))[0] / frames
        return Round(
            1000 * live.processor / live.analysed,
            1000 * (decoding * live.decoded + calls) / live.analysed,
            1000 * (decoding * live.decoded / live.analysed + all_calls),
            1000 * plain,
            live.analysed / live.seconds,
        )


def analyse(engine: Engine, file: Path) -> None:
    """Reads a file to its end."""
    asyncio.run(Analysis(engine).file(file, JsonLines(io.StringIO(), 2.0, 0.5), lambda _: None))


def strung(file: Path, folder: Path) -> Path:
    """The file over and over, in `folder`."""
    with av.open(str(file)) as container:
        seconds = (container.duration or av.time_base) / av.time_base
    return repeated(file, folder / f"long-{file.stem}.mp4", max(1, round(LONG / seconds)))


def row(file: Path, rounds: Sequence[Round]) -> list[str]:
    """Medians over the rounds, and of the ratios within each."""
    middle = [f"{statistics.median(kind):.2f}" for kind in zip(*(each[:4] for each in rounds), strict=True)]
    beside = zip(*([each.live / other for other in each[1:4]] for each in rounds), strict=True)
    shown = [f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})" for ratios in beside]
    return [file.name, f"{statistics.median(each.analysed for each in rounds):.0f}", *middle, *shown]


def goals(found: Sequence[Sequence[Round]]) -> list[AtMost]:
    """Over all files: the median of their medians."""

    def median(kind: Callable[[Round], float]) -> float:
        return statistics.median(statistics.median(map(kind, rounds)) for rounds in found)

    live = f"{median(lambda each: each.live):.2f} ms"
    floor, plain, every = (f"{median(itemgetter(kind)):.2f} ms" for kind in (1, 3, 2))
    name = "live pipeline, CPU per analysed frame"
    return [
        AtMost(
            name, live, f"decode + the same calls {floor}", median(lambda each: each.live / each.floor), 1.15
        ),
        AtMost(name, live, f"plain OpenCV loop {plain}", median(lambda each: each.live / each.plain), 0.4),
        AtMost(
            name,
            live,
            f"decode + a whole look at every frame {every}",
            median(lambda each: each.live / each.every),
            1.15,
        ),
    ]


def main() -> None:
    """Prints the table, then what it comes to beside the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument(
        "--streams", type=int, default=1, help="of each file at a time, no more than are carried"
    )
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--frames", type=int, default=200, help="of each file at most, over and over")
    arguments = parser.parse_args()
    heads = "live", "floor", "every frame", "plain", "of floor", "of every frame", "of plain"
    table = Table("file", "frames/s", *heads, title="ms of the processor per frame", box=None)
    comparison, found = Comparison(InferenceOptions(provider="cpu")), []
    with tempfile.TemporaryDirectory() as folder:
        for file in arguments.files or clips(Path(folder)):
            some = shortened(file, Path(folder) / f"some-of-{file.stem}.mp4", arguments.frames)
            rounds = comparison.rounds(
                some, Path(folder), arguments.streams, arguments.seconds, arguments.rounds
            )
            found.append(rounds)
            table.add_row(*row(file, rounds))
    (Console() if sys.stdout.isatty() else Console(width=_WIDTH)).print(table)
    sys.stdout.write("\n".join([HEAD, *(goal.row() for goal in goals(found))]) + "\n")


if __name__ == "__main__":
    main()
