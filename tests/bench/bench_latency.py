"""How old readings are when they come, at half of the load that this machine carries.

    python -m tests.bench.bench_latency [--fps 10] [--seconds 20]

Cameras of 640x360 at 25 frames a second are added until not all the frames that are due are analysed; then
half as many frames a second are asked for, and each reading's age is noted: since its frame arrived, decoding
included. Against it stand the camera's frame interval and the time that the models take for one batch, from
its first step to its readings. The cameras are GStreamer's RTSP server where it is installed
(tests/install_system_packages.sh), and otherwise a file at its own pace, which is decoded ahead of its time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.engine import Engine
from inference.options import InferenceOptions
from stream.spec import StreamSpec
from tests.bench.goals import HEAD, AtMost
from tests.bench.live_pipeline import Listener, live_pipeline
from tests.bench.material import camera
from tests.e2e import rtsp
from tests.e2e.clips import played, record
from tests.e2e.rtsp import RtspServer

if TYPE_CHECKING:
    from semblance.pipeline import Pipeline

GOAL = 1.5
CAMERA_FPS = 25
CARRIED = 0.95
"""Of the frames that are due."""
FIRST, MOST = 4, 64
SETTLING, TRYING = 3.0, 4.0


@dataclass(slots=True)
class Cameras:
    """As many streams of one address as are asked for."""

    pipeline: Pipeline
    listener: Listener
    url: str
    fps: float

    async def hold(self, count: int) -> None:
        """Adds or removes, and waits until those there are have settled."""
        there = len(self.pipeline.streams())
        for number in range(there, count):
            spec = StreamSpec(id=f"camera-{number:02}", url=self.url, fps=self.fps, loop=True)
            await self.pipeline.add(spec)
        for number in range(count, there):
            await self.pipeline.remove(f"camera-{number:02}")
        await asyncio.sleep(SETTLING)

    async def ages(self, seconds: float) -> list[float]:
        """Of the readings that come in so many seconds."""
        self.listener.ages.clear()
        await asyncio.sleep(seconds)
        return list(self.listener.ages)


async def carried(cameras: Cameras) -> float:
    """Frames a second that are analysed where more are due than can be."""
    count = FIRST
    while True:
        await cameras.hold(count)
        rate = len(await cameras.ages(TRYING)) / TRYING
        if rate < CARRIED * count * cameras.fps or count >= MOST:
            return rate
        count *= 2


class Batches:
    """Counts what the models do from its making on."""

    def __init__(self, engine: Engine) -> None:
        self._statistics = engine.statistics
        self._before = self._now()

    def mean(self) -> float:
        """Seconds that a batch takes, finding and reading."""
        count, seconds = (now - then for now, then in zip(self._now(), self._before, strict=True))
        return seconds / count

    def _now(self) -> tuple[float, float]:
        found = self._statistics
        return sum(found.batches.values()), found.detect_seconds + found.read_seconds


async def measured(url: str, fps: float, seconds: float) -> AtMost:
    listener = Listener()
    engine = await asyncio.to_thread(Engine.load, InferenceOptions())
    async with live_pipeline(engine, listener) as pipeline:
        cameras = Cameras(pipeline, listener, url, fps)
        most = await carried(cameras)
        streams = max(1, round(most / 2 / fps))
        await cameras.hold(streams)
        batches = Batches(engine)
        ages = await cameras.ages(seconds)
        batch = batches.mean()
    engine.close()
    median, late = (1000 * float(age) for age in np.percentile(ages, (50, 95)))
    floor = 1000 * (1 / CAMERA_FPS + batch)
    load = f"{len(ages) / seconds:.0f} of {most:.0f} frames/s, {streams} streams"
    return AtMost(
        "capture to reading, p95, half load",
        f"{late:.1f} ms (p50 {median:.1f}), {load}",
        f"frame interval {1000 / CAMERA_FPS:.0f} ms + one batch {1000 * batch:.1f} ms",
        late / floor,
        GOAL,
    )


def main() -> None:
    """Prints the figure beside its goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fps", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = camera(folder, CAMERA_FPS)
        url = str(file)
        if rtsp.available():
            clip = record(folder / "camera.au", played(file), CAMERA_FPS)
            url = stack.enter_context(rtsp.serving(RtspServer({"/camera": clip}))).url("/camera")
        row = asyncio.run(measured(url, options.fps, options.seconds))
    sys.stdout.write(f"{HEAD}\n{row.row()}\n")


if __name__ == "__main__":
    main()
