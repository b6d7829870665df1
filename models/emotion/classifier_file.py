"""A classifier's file with its manifest, run on one thread of the CPU for measurements."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from models.emotion.ferplus import LABELS
from models.emotion.measures import softmax
from models.manifest import Crop, Manifest, ModelError
from models.manifest_file import read
from models.registry import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDE = 48
_BATCH, _ROUNDS, _RUNS = 256, 5, 20


class ClassifierFile:
    """Reads faces (n, 48, 48) of grey 0..255; logits and scores come in the order of `LABELS`."""

    def __init__(self, manifest: Manifest) -> None:
        if manifest.input.colour != "grey" or (manifest.input.width, manifest.input.height) != (SIDE, SIDE):
            raise ModelError(f"{manifest.name} takes no grey pictures of 48 x 48, which are measured here.")
        if manifest.prior is None:
            raise ModelError(f"The manifest of {manifest.name} names no prior to correct for.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(manifest.path), options, providers=["CPUExecutionProvider"]
        )
        self._columns = [manifest.labels.index(label) for label in LABELS]
        self._log_prior = np.log([manifest.prior.training[label] for label in LABELS])
        self.manifest = manifest
        self.tau: float = manifest.prior.tau
        self.rule: Crop = manifest.crop or Crop(1.0, "eyes")

    def logits(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The logits (n, 8) as the network gives them."""
        batches = [pictures[start : start + _BATCH] for start in range(0, len(pictures), _BATCH)]
        return np.concatenate([self._run(batch)[:, self._columns] for batch in batches]).astype(np.float64)

    def readability(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """How readable each face is (n,), 0 to 1, of a classifier whose second output says so."""
        batches = [pictures[start : start + _BATCH] for start in range(0, len(pictures), _BATCH)]
        logits = np.concatenate([self._run(batch, output=1)[:, 0] for batch in batches]).astype(np.float64)
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
        return shares

    def corrected(self, logits: NDArray[np.float64], tau: float | None = None) -> NDArray[np.float64]:
        """Logits with the training's prior taken away as far as the manifest, or `tau`, says."""
        shift: NDArray[np.float64] = (self.tau if tau is None else tau) * self._log_prior
        return logits - shift

    def scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The scores (n, 8) users get: corrected, and softened by the manifest's temperature."""
        return softmax(self.corrected(self.logits(pictures)), self.manifest.temperature)

    def milliseconds(self, batch: int = 16) -> float:
        """The processor time for one face in batches of that size: the median of some rounds' medians.

        Processor time, since other programs take turns on the core; ONNX Runtime, given one thread, computes
        on the caller's.
        """
        pictures = np.random.default_rng(0).integers(0, 255, (batch, SIDE, SIDE), np.uint8)
        medians = []
        for _ in range(_ROUNDS):
            times = []
            for _ in range(_RUNS):
                started = time.thread_time()
                self._run(pictures)
                times.append(time.thread_time() - started)
            medians.append(np.median(times))
        return 1000 * float(np.median(medians)) / batch

    def _run(self, pictures: NDArray[np.uint8], output: int = 0) -> NDArray[np.float32]:
        wants = self.manifest.input
        batch = (pictures[:, None].astype(np.float32) - wants.mean[0]) * wants.scale[0]
        fed = {wants.name: batch.astype(np.float32, copy=False)}
        answer: NDArray[np.float32] = self._session.run([self.manifest.outputs[output]], fed)[0]
        return answer


def opened(path: Path | None) -> ClassifierFile:
    """The classifier at `path`, an ONNX file or a manifest; without one, the shipped.

    A bare file is read by the manifest beside it if that names it, else by the shipped one's.
    """
    if path is None:
        return ClassifierFile(shipped("emotion"))
    if path.suffix == ".json":
        return ClassifierFile(read(path))
    if not path.exists():
        raise ModelError(f"There is no classifier at {path}.")
    beside = path.with_name("manifest.json")
    if beside.exists() and (manifest := read(beside)).path.resolve() == path.resolve():
        return ClassifierFile(manifest)
    return ClassifierFile(replace(shipped("emotion"), name=str(path), path=path))
