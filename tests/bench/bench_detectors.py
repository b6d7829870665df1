"""What a picture costs each detector, from its pixels to its faces: ours, YuNet through us and OpenCV's.

    python -m tests.bench.bench_detectors

One thread, times of the processor, in turns, so that a busy machine slows all alike. Needs the data folder.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from inference.decode import decoder
from inference.look import LOOKS
from inference.sessions import open_session
from inference.tensor import Tensor
from stream.array_pixels import ArrayPixels
from tests.bench.detectors import OPENCV, OURS, YUNET, OpenCv, detector, held_back, manifests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from models import Manifest

ROUNDS = 15
BATCH = 4
"""What the engine makes of frames on a CPU."""


def main() -> None:
    cv2.setNumThreads(1)
    models = manifests()
    photographs = [each.pixels for each in held_back("scenes")[:24]]
    desk = enlarged(photographs[0], 640, 360)
    Console().print(whole("24 photographs of 432 px, ms each", models, photographs))
    Console().print(whole("a frame of 640x360, ms", models, [desk]))
    Console().print(steps(models, desk))
    Console().print(details(models, enlarged(photographs[1], 1280, 720)))


def enlarged(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def whole(title: str, models: Mapping[str, Manifest], pictures: list[NDArray[np.uint8]]) -> Table:
    """One by one and at native size, as OpenCV must; and batched."""
    runs: dict[str, Callable[[], object]] = {}
    size = LOOKS["high"]
    for name, manifest in models.items():
        one = detector(manifest, manifest.confidence)
        pixels = [ArrayPixels(picture) for picture in pictures]
        runs[name] = lambda one=one, pixels=pixels: [one.detect([each], [size]) for each in pixels]  # type: ignore[misc]
        if len(pixels) > 1:
            runs[f"{name}, batched"] = lambda one=one, pixels=pixels: one.detect(pixels, [size] * len(pixels))  # type: ignore[misc]
    theirs = OpenCv(models[YUNET].confidence, 0.3)
    runs[OPENCV] = lambda: [theirs.detect(picture) for picture in pictures]
    times = milliseconds(runs, ROUNDS if len(pictures) == 1 else 5)
    table = Table("", "ms", "to OpenCV's", title=title, title_justify="left")
    for name, spent in times.items():
        table.add_row(name, f"{spent / len(pictures):.2f}", f"{spent / times[OPENCV]:.2f}")
    return table


def steps(models: Mapping[str, Manifest], picture: NDArray[np.uint8]) -> Table:
    """What the milliseconds of a 640x360 frame go into."""
    table = Table("640x360, ms", "fill", "network", "decode", "whole", title_justify="left")
    for name, manifest in models.items():
        session = open_session(manifest.path, "cpu", 1, free_sizes=manifest.free_sizes)
        tensor, read = Tensor(manifest.input, 1, 640, 384), decoder(manifest)
        tensor.put(0, picture)
        outputs = session.run(tensor.values, manifest.outputs)
        one, pixels = detector(manifest, manifest.confidence), [ArrayPixels(picture)]
        runs: dict[str, Callable[[], object]] = {
            "fill": lambda tensor=tensor: tensor.put(0, picture),  # type: ignore[misc]
            "network": lambda session=session, tensor=tensor, manifest=manifest: session.run(  # type: ignore[misc]
                tensor.values, manifest.outputs
            ),
            "decode": lambda read=read, outputs=outputs: read(outputs, (640, 384), 1, 0.3),  # type: ignore[misc]
            "whole": lambda one=one, pixels=pixels: one.detect(pixels, [LOOKS["high"]]),  # type: ignore[misc]
        }
        table.add_row(name, *(f"{spent:.3f}" for spent in milliseconds(runs, ROUNDS).values()))
    return table


def details(models: Mapping[str, Manifest], frame: NDArray[np.uint8]) -> Table:
    """What a frame of 720p costs at each detail, in batches as the engine makes them."""
    names = (OURS, YUNET)
    runs: dict[str, Callable[[], object]] = {}
    for name in names:
        one, pixels = detector(models[name], models[name].confidence), [ArrayPixels(frame)] * BATCH
        for detail, look in LOOKS.items():
            runs[f"{name} {detail}"] = lambda one=one, look=look, pixels=pixels: one.detect(  # type: ignore[misc]
                pixels, [look] * BATCH
            )
    times = milliseconds(runs, 5)
    table = Table("a frame of 1280x720, ms", *LOOKS, title_justify="left")
    for name in names:
        table.add_row(name, *(f"{times[f'{name} {detail}'] / BATCH:.1f}" for detail in LOOKS))
    return table


def milliseconds(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Of each, the least processor time of a run, which is the least disturbed; taken in turns."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.thread_time()
            run()
            spent[name].append(1000 * (time.thread_time() - start))
    return {name: float(np.min(times)) for name, times in spent.items()}


if __name__ == "__main__":
    main()
