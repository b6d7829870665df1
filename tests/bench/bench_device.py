"""What a GPU carries: the inference stage beside the same engines run bare, and the streams it keeps up with.

    python -m tests.bench.bench_device [--provider auto] [--precision auto] [--seconds 4] [--size 640x360]

Where there is no GPU it says so and measures nothing; `--provider cpu` tries the benchmark itself.

The stage is the engine as a service runs it, from frames handed over decoded (yuv420p in the host's memory)
to readings: copying, scaling, detecting, following, cropping, classifying. Its floor are the same two
networks in the same form on buffers that lie on the device already, for as many faces as the stage found.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import subprocess
import time
from itertools import count
from typing import TYPE_CHECKING, cast, get_args

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from inference.batching import bucket, padded
from inference.detector import GPU_STEP
from inference.device.rewriting import as_run
from inference.engine import Engine
from inference.loading import load
from inference.look import LOOKS
from inference.options import InferenceOptions, Precision, Setting
from inference.providers import candidates, obstacle
from inference.sessions import InferenceError
from inference.tensor import Tensor, rounded_up
from models import find
from stream.frame import Frame
from stream.latest import Latest
from stream.pattern import Scene
from stream.pixels import AvPixels, Scaler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from inference.measured import Measured
    from inference.sessions import Session
    from models import Manifest

BATCH, FACES = 32, (1, 4, 16)
FPS, BOUND, KEPT = 10, 0.5, 0.95
"""Frames a second of each stream, the seconds within which 95 % must be read, the share that must be read."""
LEAST_OF_FLOOR, LEAST_STREAMS = 0.8, 200


class Bare:
    """Both networks, run on what already lies on their device."""

    def __init__(self, options: InferenceOptions) -> None:
        self.detector, self.face = self._opened(find("face", options.detector), options)
        self.classifier, self.emotion = self._opened(find("emotion", options.classifier), options)

    @staticmethod
    def _opened(manifest: Manifest, options: InferenceOptions) -> tuple[Session, Manifest]:
        session = load(manifest, options.provider, 1, options.precision)
        return session, as_run(manifest, session)

    def seconds(self, faces: int, size: tuple[int, int], repeat: int = 20) -> float:
        """Of a batch of 32 pictures and so many faces, the median of some."""
        step = GPU_STEP if self.detector.on_gpu else 32
        factor = min(1.0, LOOKS["normal"].size / max(size))
        width, height = (rounded_up(round(side * factor), step) for side in size)
        runs = [again(self.detector, self.face, BATCH, width, height)]
        for part in padded(faces):
            side = self.emotion.input.width or 0
            runs.append(again(self.classifier, self.emotion, bucket(part), side, side))
        spent = []
        for _ in range(repeat):
            start = time.perf_counter()
            for run in runs:
                run()
            spent.append(time.perf_counter() - start)
        return statistics.median(spent)


def again(
    session: Session, manifest: Manifest, pictures: int, width: int, height: int
) -> Callable[[], object]:
    """A run of so many pictures that were copied before, for as often as it is called."""
    batch = Tensor(manifest.input, pictures, width, height).values
    session.run(batch, manifest.outputs)
    bindings = session._bindings  # noqa: SLF001 - a run without its copies serves nobody else
    sets = bindings and bindings._sets((batch.shape, manifest.outputs), batch)  # noqa: SLF001
    if not bindings or not sets:
        return lambda: session.run(batch, manifest.outputs)
    buffers = sets._free[0]  # noqa: SLF001
    return lambda: bindings._running.submit(bindings._run_bound, buffers).result()  # noqa: SLF001


class Batches:
    """An inlet of so many whole batches: 32 streams, a frame of each."""

    def __init__(self, pictures: Sequence[AvPixels], batches: int) -> None:
        self._pictures = pictures
        self._left = batches
        self._sequence = count()

    async def take(self, limit: int, wait: float) -> list[Frame]:  # noqa: ARG002 - an inlet's
        if not self._left:
            return []
        self._left -= 1
        now, number = time.monotonic(), next(self._sequence)
        return [
            frame(f"camera {place}", number, now, self._pictures[(number + place) % len(self._pictures)])
            for place in range(BATCH)
        ]


def frame(stream: str, sequence: int, captured: float, pixels: AvPixels) -> Frame:
    return Frame(stream, sequence, captured, captured, sequence / FPS, pixels, 1 / FPS)


def drawn(side: int, size: tuple[int, int], pictures: int = 16) -> list[AvPixels]:
    """`side` times `side` people, each in a part of the picture, as a decoder hands them over."""
    scaler = Scaler()
    scenes = [Scene(size[0] // side, size[1] // side, people=1, seed=seed) for seed in range(side**2)]

    def picture(seconds: float) -> NDArray[np.uint8]:
        parts = [scene.render(seconds) for scene in scenes]
        return np.vstack([np.hstack(parts[row : row + side]) for row in range(0, side**2, side)])

    shown = (av.VideoFrame.from_ndarray(picture(number / 25), format="bgr24") for number in range(pictures))
    return [AvPixels(one.reformat(format="yuv420p"), scaler) for one in shown]


async def staged(engine: Engine, side: int, size: tuple[int, int], batches: int) -> tuple[float, float]:
    """Seconds that the stage takes for a batch, and the faces in each."""
    pictures, faces = drawn(side, size), 0

    def emit(measured: Measured) -> None:
        nonlocal faces
        faces += len(measured.reading.faces)

    await engine.run(Batches(pictures, 4), emit)  # faces are told from the second frame on
    faces, start = 0, time.perf_counter()
    await engine.run(Batches(pictures, batches), emit)
    return (time.perf_counter() - start) / batches, faces / batches


async def keeps_up(
    engine: Engine, streams: int, side: int, size: tuple[int, int], seconds: float
) -> tuple[bool, float, float]:
    """Whether so many streams are read in time; the share of frames that is read, and the 95th percentile of
    the seconds from handing a frame over to its reading."""
    loop, latest = asyncio.get_running_loop(), Latest[Frame]()
    pictures, waits, offered = drawn(side, size), list[float](), 0
    begin = loop.time()

    def emit(measured: Measured) -> None:
        if measured.frame.captured > begin + 1:
            waits.append(loop.time() - measured.frame.captured)

    reading = asyncio.create_task(engine.run(latest, emit))
    for number in range(int((seconds + 1) * FPS * streams)):
        due = begin + number / (FPS * streams)
        if (ahead := due - loop.time()) > 0:
            await asyncio.sleep(ahead)
        place, sequence = number % streams, number // streams
        latest.put(
            f"camera {place}", frame(f"camera {place}", sequence, due, pictures[sequence % len(pictures)])
        )
        offered += due > begin + 1
    await asyncio.sleep(BOUND)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    for place in range(streams):
        engine.forget(f"camera {place}")
    share = len(waits) / max(1, offered)
    slow = statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else float("inf")
    return share >= KEPT and slow <= BOUND, share, slow


async def most(engine: Engine, side: int, size: tuple[int, int], seconds: float, console: Console) -> int:
    """The number of streams that the stage keeps up with: doubled while it does, then between the two."""

    async def tried(streams: int) -> bool:
        held, share, slow = await keeps_up(engine, streams, side, size, seconds)
        console.print(f"{streams} streams: {share:.1%} read, p95 {1e3 * slow:.0f} ms", highlight=False)
        return held

    low, high = 0, 4
    while await tried(high):
        low, high = high, 2 * high
    while high - low > max(1, low // 16):
        middle = (low + high) // 2
        low, high = (middle, high) if await tried(middle) else (low, middle)
    return low


async def measured(
    options: InferenceOptions, size: tuple[int, int], seconds: float, console: Console
) -> None:
    engine, bare = Engine.load(options), Bare(options)
    await engine.warm()
    shown = f"{size[0]}x{size[1]}"
    table = Table(
        title=f"batches of {BATCH} frames of {shown}, {card(bare.detector.provider)}", title_justify="left"
    )
    for heading in ("people", "faces a frame", "stage frames/s", "bare frames/s", "ratio", "goal"):
        table.add_column(heading, justify="right")
    for people in FACES:
        batches = 20 if bare.detector.on_gpu else 2
        took, faces = await staged(engine, math.isqrt(people), size, batches)
        floor = bare.seconds(round(faces), size, 20 if bare.detector.on_gpu else 2)
        figures = (
            f"{faces / BATCH:.1f}",
            f"{BATCH / took:.0f}",
            f"{BATCH / floor:.0f}",
            f"{floor / took:.2f}",
        )
        table.add_row(str(people), *figures, f"at least {LEAST_OF_FLOOR}")
    console.print(table)
    for side in (1, 2):
        streams = await most(engine, side, size, seconds, console)
        console.print(
            f"| streams of {shown} at {FPS} frames/s, handed over decoded, faces each: {side**2} "
            f"| {streams} | p95 within {BOUND} s, {KEPT:.0%} read "
            f"| at least {LEAST_STREAMS} on a data-centre GPU |",
            highlight=False,
            soft_wrap=True,
        )
    engine.close()


def card(provider: str) -> str:
    """What it is measured on."""
    if provider == "cpu":
        return "on the processor, which says nothing of a GPU"
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return f"{provider} on a GPU that nvidia-smi does not name"
    return f"{provider} on {answer.stdout.splitlines()[0]}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--provider", choices=get_args(Setting), default="auto")
    arguments.add_argument("--precision", choices=get_args(Precision), default="auto")
    arguments.add_argument("--seconds", type=float, default=4, help="of each trial of a number of streams")
    arguments.add_argument("--size", default="640x360")
    chosen = arguments.parse_args()
    console = Console(width=140)
    reasons = [obstacle(each) for each in candidates(chosen.provider) if each != "cpu"]
    if chosen.provider != "cpu" and None not in reasons:
        console.print(f"There is no GPU to measure here. {reasons[0]}", highlight=False, soft_wrap=True)
        console.print("Nothing was measured; --provider cpu tries the benchmark itself.", highlight=False)
        return
    width, height = map(int, chosen.size.split("x"))
    options = InferenceOptions(
        provider=cast("Setting", chosen.provider), precision=cast("Precision", chosen.precision)
    )
    try:
        asyncio.run(measured(options, (width, height), chosen.seconds, console))
    except InferenceError as error:
        console.print(str(error), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
