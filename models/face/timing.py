"""The processor time of detectors beside each other, in turns, so that a busy machine slows all alike."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from models.face.finder import as_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

ROUNDS, RUNS = 9, 8


def network(path: Path, picture: NDArray[np.uint8]) -> Callable[[], object]:
    """Runs the network of a file alone, on one thread, for a BGR picture (h, w, 3)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    pictures = {session.get_inputs()[0].name: as_wanted(session, picture)}
    return lambda: session.run(None, pictures)


def noise(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)


def milliseconds(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Of each, the median time of one run in each round; the rounds are interleaved.

    Processor time of the calling thread, on which libraries that are given one thread compute.
    """
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(_median(run))
    return times


def ratio(times: list[float], yardstick: list[float]) -> float:
    """How much longer than the yardstick: the ratio of the medians over the rounds."""
    return float(np.median(times) / np.median(yardstick))


def _median(run: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS):
        started = time.thread_time()
        run()
        spent.append(1000 * (time.thread_time() - started))
    return float(np.median(spent))
