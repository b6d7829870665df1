"""What inference costs on one core: each stage alone, then the whole beside its floor.

    python -m tests.bench.bench_inference [CLIP...]     by default two clips of the data folder

The floor is a bare loop that decodes the same file and runs the same models on inputs that are ready.
Times are of the processor (threads' or the process's own), so that other programs disturb them little.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
from rich.console import Console
from rich.table import Table

from inference.batching import BUCKETS, exact
from inference.classifier import Classifier
from inference.crops import crop
from inference.cuts import Cuts
from inference.decode import decoder
from inference.engine import Engine
from inference.look import LOOKS
from inference.options import InferenceOptions
from inference.quality import quality
from inference.sessions import open_session
from inference.tensor import Tensor
from inference.tracker import Tracker
from models import shipped
from stream.frame import Frame
from stream.pixels import AvPixels, Scaler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inference.detections import Detections
    from inference.measured import Measured

DATA = Path(os.environ.get("SEMBLANCE_DATA") or Path(__file__).parents[2] / "../shared/data")


def main() -> None:
    clips = [str(DATA / "clips" / name) for name in ("smile.mp4", "dinner.mp4")]
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("clips", nargs="*", default=clips)
    arguments.add_argument("--repeat", type=int, default=3, help="runs of the whole and its floor, by turns")
    chosen = arguments.parse_args()
    cv2.setNumThreads(1)
    models = Models()
    for clip in chosen.clips:
        Console().print(stages(clip, models))
        Console().print(whole(clip, models, chosen.repeat))


class Models:
    """Both models on one thread each, and what the engine makes of its options."""

    def __init__(self) -> None:
        self.options = InferenceOptions(provider="cpu", detect_every=1)
        self.face, self.emotion = shipped("face"), shipped("emotion")
        self.detecting = open_session(self.face.path, "cpu", 1)
        self.classifying = open_session(self.emotion.path, "cpu", 1)

    def shrunk(self, pixels: AvPixels) -> tuple[int, int]:
        factor = min(1.0, LOOKS["normal"].size / max(pixels.width, pixels.height))
        return round(pixels.width * factor), round(pixels.height * factor)

    def frames(self, count: int, pixels: AvPixels) -> Tensor:
        width, height = (-(-side // 32) * 32 for side in self.shrunk(pixels))
        return Tensor(self.face.input, count, width, height)

    def crops(self, count: int) -> Tensor:
        side = self.emotion.input.width or 0
        return Tensor(self.emotion.input, count, side, side)


def stages(clip: str, models: Models) -> Table:
    """Median milliseconds of each step for the frame in the middle of the clip, and for one face in it."""
    frames = list(decoded(clip))
    pixels = frames[len(frames) // 2]
    table = Table(title=f"{Path(clip).name}, {pixels.width}x{pixels.height}", title_justify="left")
    table.add_column("step")
    table.add_column("ms", justify="right")
    for name, step in steps(pixels, models).items():
        table.add_row(name, f"{milliseconds(step):.3f}")
    return table


def steps(pixels: AvPixels, models: Models) -> dict[str, Callable[[], object]]:
    width, height = models.shrunk(pixels)
    picture, tensor = pixels.bgr(width, height), models.frames(1, pixels)
    tensor.put(0, picture)
    outputs = models.detecting.run(tensor.values, models.face.outputs)
    decode, sides = decoder(models.face), (tensor.values.shape[2], tensor.values.shape[1])
    found = decode(outputs, sides, 1, 0.3)[0].scaled(pixels.width / width, pixels.height / height)
    cuts, tracker, clock = Cuts(), Tracker(0.6, 1.0), count()
    per_frame: dict[str, Callable[[], object]] = {
        f"convert to {width}x{height}": lambda: pixels.bgr(width, height),
        "fill the tensor": lambda: tensor.put(0, picture),
        "run the detector": lambda: models.detecting.run(tensor.values, models.face.outputs),
        f"decode its outputs ({len(found)} faces)": lambda: decode(outputs, sides, 1, 0.3),
        "look for a cut": lambda: cuts.is_cut(pixels.grey().values),
        "track": lambda: tracker.update(found, next(clock) / 25),
    }
    return per_frame | (face_steps(pixels, found, models) if len(found) else {})


def face_steps(pixels: AvPixels, found: Detections, models: Models) -> dict[str, Callable[[], object]]:
    grey, box, landmarks = pixels.grey(), found.boxes[0], found.landmarks_of(0)
    classifier, tensor = Classifier(models.classifying, models.emotion), models.crops(1)
    one = crop(grey, box, landmarks, classifier.rule, classifier.size)
    return {
        "crop one face": lambda: crop(grey, box, landmarks, classifier.rule, classifier.size),
        "judge its quality": lambda: quality(box, landmarks, 0.9, one),
        "run the classifier": lambda: models.classifying.run(tensor.values, models.emotion.outputs),
        "the same with filling and softmax": lambda: classifier.classify([one]),
    }


def whole(clip: str, models: Models, repeat: int) -> Table:
    """Milliseconds of processor time a frame of the engine, fed from the file, and of the bare loop."""
    engine = Engine.load(models.options)
    asyncio.run(engine.warm())
    ours: list[float] = []
    floor: list[float] = []
    faces: list[int] = []
    for _ in range(repeat):
        measured: list[Measured] = []
        start = time.process_time()
        asyncio.run(engine.run(Frames(clip), measured.append))
        ours.append((time.process_time() - start) / len(measured) * 1e3)
        faces = [len(one.reading.faces) for one in measured]
        start = time.process_time()
        bare(clip, models, faces, max(engine.statistics.batches))
        floor.append((time.process_time() - start) / len(measured) * 1e3)
    engine.close()
    table = Table(title=f"{len(measured)} frames, {sum(faces)} faces, best of {repeat}", title_justify="left")
    table.add_column("ms of processor time a frame")
    table.add_column("", justify="right")
    table.add_row("floor: decode, run both models", f"{min(floor):.2f}")
    table.add_row("the engine, with decoding", f"{min(ours):.2f}")
    table.add_row("ratio", f"{min(ours) / min(floor):.3f}")
    return table


class Frames:
    """A file's frames as an inlet that always has the next one."""

    def __init__(self, clip: str) -> None:
        self._numbered = enumerate(decoded(clip))

    async def take(self, limit: int, wait: float) -> list[Frame]:  # noqa: ARG002
        return [
            Frame("file", number, number / 25, number / 25, number / 25, pixels)
            for number, pixels in islice(self._numbered, limit)
        ]


def decoded(clip: str) -> Iterator[AvPixels]:
    scaler = Scaler()
    with av.open(clip) as container:
        container.streams.video[0].thread_type = "NONE"
        for frame in container.decode(video=0):
            yield AvPixels(frame, scaler)


def bare(clip: str, models: Models, faces: list[int], size: int) -> None:
    """Decode the clip and run both models on inputs that are ready, in the batches that the engine made."""
    frames, seen = decoded(clip), iter(faces)
    tensors: dict[int, Tensor] = {}
    crops = {part: models.crops(part).values for part in BUCKETS}
    while batch := list(islice(frames, size)):
        for part in exact(len(batch)):
            tensor = tensors.setdefault(part, models.frames(part, batch[0]))
            models.detecting.run(tensor.values, models.face.outputs)
        for part in exact(sum(islice(seen, len(batch)))):
            models.classifying.run(crops[part], models.emotion.outputs)


def milliseconds(step: Callable[[], object], repeat: int = 60) -> float:
    step()
    spent = []
    for _ in range(repeat):
        start = time.thread_time()
        step()
        spent.append((time.thread_time() - start) * 1e3)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
