"""What a preview costs: processor time and bytes of a picture, and of a reading that nobody watches.

    python -m tests.bench.bench_preview [FILE ...] [--frames 100] [--width 640] [--quality 75]

Frames are decoded before they are measured, as inference hands them on, and each is shown once. Without a
file: drawn people as H.264, at 640x360 and at 1920x1080.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from inference.measured import Measured
from inference.options import PreviewOptions
from inference.preview import preview_of
from inference.reading import Reading
from inference.veil import Veil
from semblance.previews import Previews
from stream.frame import Frame
from stream.pattern import Scene
from stream.pixels import AvPixels, Scaler
from web.hub import Hub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.spec import PreviewMode

FACES = np.array([[0.2, 0.2, 0.15, 0.25], [0.6, 0.3, 0.15, 0.25]], np.float32)
"""Two, by share of the picture."""


def drawn(folder: Path, width: int, height: int, frames: int) -> Path:
    """Two people as an H.264 file."""
    path, scene = folder / f"drawn-{width}x{height}.mp4", Scene(width, height, people=2, seed=3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(scene.render(number / 25), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def measured(file: Path, frames: int) -> Iterator[Measured]:
    """The frames of a file as if two faces had been seen in each."""
    scaler = Scaler()
    with av.open(str(file)) as container:
        for number, picture in enumerate(islice(container.decode(video=0), frames)):
            pixels = AvPixels(picture, scaler)
            size = np.array((pixels.width, pixels.height) * 2, np.float32)
            at = number / 10
            reading = Reading("bench", number, at, at, at, pixels.width, pixels.height, ())
            yield Measured(reading, Frame("bench", number, at, at, at, pixels), FACES * size)


def shown(file: Path, frames: int, options: PreviewOptions) -> tuple[float, float, float]:
    """Median milliseconds of processor and wall time, and mean kilobytes, of a picture."""
    veil, processor, wall, sizes = Veil(), [], [], []
    for one in measured(file, frames):
        at = one.frame.captured
        veil.see(at, one.suspects, (one.reading.width, one.reading.height))
        hidden = veil.boxes(at) if options.mode == "blurred" else None
        begun, begun_wall = time.thread_time(), time.perf_counter()
        preview = preview_of(one.reading, one.frame.pixels, hidden, options)
        processor.append((time.thread_time() - begun) * 1e3)
        wall.append((time.perf_counter() - begun_wall) * 1e3)
        sizes.append(len(preview.jpeg) / 1e3)
    return statistics.median(processor), statistics.median(wall), statistics.mean(sizes)


def unwatched(file: Path, mode: PreviewMode, rounds: int = 20_000) -> float:
    """Microseconds that a reading is held up by where nobody watches."""
    previews, one = Previews(Hub(), PreviewOptions(mode=mode)), next(measured(file, 1))
    begun = time.thread_time()
    for _ in range(rounds):
        previews.offer(one, None)
    return (time.thread_time() - begun) / rounds * 1e6


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--width", type=int, default=PreviewOptions().width)
    parser.add_argument("--quality", type=int, default=PreviewOptions().quality)
    wishes = parser.parse_args()
    cv2.setNumThreads(1)  # as the engine does
    table = Table("file", "mode", "ms of processor", "ms", "kB", title="A preview", title_justify="left")
    with tempfile.TemporaryDirectory() as folder:
        sizes = ((640, 360), (1920, 1080))
        files = wishes.files or [drawn(Path(folder), *size, wishes.frames) for size in sizes]
        for file in files:
            for mode in ("full", "blurred"):
                options = PreviewOptions(mode=mode, width=wishes.width, quality=wishes.quality)
                row = shown(file, wishes.frames, options)
                table.add_row(file.name, mode, *(f"{value:.2f}" for value in row))
        idle = Table("mode", "µs", title="A reading that nobody watches", title_justify="left")
        for each in ("full", "blurred", "off"):
            idle.add_row(each, f"{unwatched(files[0], each):.2f}")
    Console(width=110).print(table, idle)


if __name__ == "__main__":
    main()
