"""The emotion classifier: face crops of all streams in, eight scores each out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, bucket, exact, padded
from inference.reading import EMOTIONS
from inference.sessions import InferenceError
from inference.tensor import Tensors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.network import Network
    from inference.reading import Scores
    from models import Crop, Manifest


class Classifier:
    """Runs the emotion model. To be called from one thread at a time: its input buffers are used again."""

    def __init__(self, network: Network, manifest: Manifest) -> None:
        if (
            manifest.crop is None
            or manifest.input.width is None
            or manifest.input.width != manifest.input.height
        ):
            raise InferenceError(
                f"The manifest of {manifest.name} names no crop rule with a square of fixed size."
            )
        self._network = network
        self._outputs = manifest.outputs
        self._tensors = Tensors(manifest.input, kept=len(BUCKETS))
        self._order = [manifest.labels.index(emotion) for emotion in EMOTIONS]
        self._shift = _shift(manifest)
        self._temperature = manifest.temperature
        self.rule: Crop = manifest.crop
        self.size: int = manifest.input.width

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> list[Scores]:
        """The scores of each crop, (size, size) of 0..255, in the order of `EMOTIONS`; they sum to 1."""
        sizes = padded(len(crops)) if self._network.on_gpu else exact(len(crops))
        scores: list[Scores] = []
        for size in sizes:
            tensor = self._tensors.get(bucket(size), self.size, self.size)
            for place, crop in enumerate(crops[len(scores) : len(scores) + size]):
                tensor.put(place, crop)
            logits = self._network.run(tensor.values, self._outputs)[0][:size]
            scores += [tuple(row) for row in self._scores(logits).tolist()]
        return scores

    def warm(self) -> None:
        """Run every bucket once."""
        blank = np.zeros((self.size, self.size), np.uint8)
        for size in BUCKETS:
            self.classify([blank] * size)

    def _scores(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        corrected = ((logits.astype(np.float64) - self._shift) / self._temperature)[:, self._order]
        shares: NDArray[np.float64] = np.exp(corrected - corrected.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        return shares


def _shift(manifest: Manifest) -> NDArray[np.float64]:
    """What the training's uneven classes added to each logit, as far as the manifest wants it taken away."""
    if manifest.prior is None:
        return np.zeros(len(manifest.labels))
    shares = np.array([manifest.prior.training[label] if label else 1.0 for label in manifest.labels])
    shift: NDArray[np.float64] = manifest.prior.tau * np.log(shares)
    return shift
