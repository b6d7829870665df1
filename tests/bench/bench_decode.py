"""Decoding and handing frames on, beside its floor: PyAV's own decoding loop over the same file.

    python -m tests.bench.bench_decode [FILE ...] [--rounds 5]

Offline, every frame is decoded and handed to the event loop; nothing converts it. What is compared is the
processor time of all threads, in turns. Without a file: real clips where the data folder is there, and drawn
people otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from contextlib import aclosing
from pathlib import Path

import av
from rich.console import Console
from rich.table import Table

from stream.opening import open_source
from stream.spec import StreamSpec
from tests.bench.material import clips, processor_seconds


def handed_on(file: Path) -> int:
    """Frames that came out of the source."""

    source = open_source(StreamSpec(id="bench", url=str(file.resolve())), live=False)

    async def count() -> int:
        frames = 0
        async with aclosing(source.frames()) as stream:
            async for _ in stream:
                frames += 1
        return frames

    return asyncio.run(count())


def bare(file: Path) -> int:
    """Frames that came out of PyAV."""
    with av.open(str(file)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def compare(file: Path, rounds: int) -> list[str]:
    """A row of the table: medians over the rounds."""
    frames = bare(file)
    mine, floor = [], []
    for _ in range(rounds):
        mine.append(processor_seconds(lambda: handed_on(file))[0])
        floor.append(processor_seconds(lambda: bare(file))[0])
    ratios = [m / b for m, b in zip(mine, floor, strict=True)]
    per_frame = [statistics.median(seconds) / frames * 1000 for seconds in (mine, floor)]
    return [
        file.name,
        str(frames),
        *(f"{milliseconds:.3f}" for milliseconds in per_frame),
        f"{statistics.median(ratios):.2f}",
        f"{min(ratios):.2f}-{max(ratios):.2f}",
    ]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    table = Table("file", "frames", "source ms/frame", "PyAV ms/frame", "ratio", "spread", box=None)
    with tempfile.TemporaryDirectory() as folder:
        for file in arguments.files or clips(Path(folder)):
            table.add_row(*compare(file, arguments.rounds))
    Console().print(table)


if __name__ == "__main__":
    main()
