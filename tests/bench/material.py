"""What the benchmarks run on, and how they measure."""

from __future__ import annotations

import os
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from stream.pattern import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

REAL = ("smile.mp4", "desk.mp4", "stage.mp4", "laugh_then_stare_720p.mp4")


def clips(folder: Path) -> list[Path]:
    """Real clips where the data folder is there, and otherwise drawn people, written into `folder`."""
    real = Path(os.environ.get("SEMBLANCE_DATA") or "../shared/data") / "clips"
    return [real / name for name in REAL] if real.is_dir() else [_drawn(folder / "drawn.mp4")]


def processor_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of all threads, and wall seconds, of some work."""
    processor, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - wall


def _drawn(path: Path) -> Path:
    """Ten seconds of two people as an H.264 file."""
    scene = Scene(640, 360, people=2, seed=3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(250):
            picture = av.VideoFrame.from_ndarray(scene.render(number / 25), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path
