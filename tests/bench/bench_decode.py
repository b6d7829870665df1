"""Decoding and handing frames on, beside its floor: PyAV's own decoding loop over the same file.

    python -m tests.bench.bench_decode [FILE ...] [--rounds 5] [--hardware auto]

Offline, every frame is decoded and handed to the event loop; nothing converts it. What is compared is the
processor time of all threads, in turns. Without a file: real clips where the data folder is there, and drawn
people otherwise. With `--hardware` the source decodes on that device (`auto`: the first there is) or says why
it cannot; PyAV's loop stays in software.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import get_args

import av
from rich.console import Console
from rich.table import Table

from stream.addresses import file_address
from stream.av_source import AvSource
from stream.ffmpeg_devices import FfmpegDevices
from stream.hardware import Hardware, HardwareSetting
from tests.bench.material import clips, processor_seconds


def handed_on(file: Path, hardware: Hardware) -> int:
    """Frames that came out of the source."""

    source = AvSource("bench", file_address(file), live=False, hardware=hardware)

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


def compare(file: Path, rounds: int, hardware: Hardware) -> list[str]:
    """A row of the table: medians over the rounds."""
    frames = bare(file)
    mine, floor = [], []
    for _ in range(rounds):
        mine.append(processor_seconds(lambda: handed_on(file, hardware))[0])
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
    parser.add_argument("--hardware", choices=get_args(HardwareSetting), default="off")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    hardware = Hardware(arguments.hardware, FfmpegDevices())
    table = Table("file", "frames", "source ms/frame", "PyAV ms/frame", "ratio", "spread", box=None)
    with tempfile.TemporaryDirectory() as folder:
        for file in arguments.files or clips(Path(folder)):
            table.add_row(*compare(file, arguments.rounds, hardware))
    Console().print(table)


if __name__ == "__main__":
    main()
