"""The emotion classifier: face crops of all streams in, eight scores each out."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, NamedTuple

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
    from inference.tensor import Zeros
    from models import Crop, Manifest


_log = logging.getLogger(__name__)


class Expression(NamedTuple):
    """What the model says of one face.

    `scores` are in the order of `EMOTIONS` and sum to 1. `readability` says from 0 to 1 how far the face can
    be read; 1 from a model that does not judge it, 0 where its answer was no number.
    """

    scores: Scores
    readability: float


_UNKNOWN = Expression((1 / len(EMOTIONS),) * len(EMOTIONS), 0.0)


class Classifier:
    """Runs the emotion model. To be called from one thread at a time: its input buffers are used again.

    `rule` and `size` say what its crops are, in BGR where it is `coloured`.
    """

    def __init__(
        self, network: Network, manifest: Manifest, tau: float | None = None, zeros: Zeros = np.zeros
    ) -> None:
        """`tau` takes the place of the one in the manifest's prior, `zeros` makes the input's memory.
        Raises `InferenceError`."""
        if (
            manifest.crop is None
            or manifest.input.width is None
            or manifest.input.width != manifest.input.height
        ):
            raise InferenceError(
                f"The manifest of {manifest.name} names no crop rule with a square of fixed size."
            )
        self._name = manifest.name
        self._told = False
        self._network = network
        self._outputs = manifest.outputs
        self._tensors = Tensors(manifest.input, len(BUCKETS), zeros)
        self.tau: float | None = _tau(manifest, tau)
        """How far rare emotions are corrected for; `None` for a model that names no prior."""
        self._gain = 1 / manifest.temperature
        shifts = _shift(manifest, self.tau) * self._gain
        order = [manifest.labels.index(emotion) for emotion in EMOTIONS]
        self._places: list[tuple[int, float]] = list(zip(order, shifts.tolist(), strict=True))
        self.rule: Crop = manifest.crop
        self.size: int = manifest.input.width
        self.coloured: bool = manifest.input.colour != "grey"

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> list[Expression]:
        """What each crop shows: (size, size) of 0..255, or (size, size, 3)."""
        sizes = padded(len(crops)) if self._network.on_gpu else exact(len(crops))
        found: list[Expression] = []
        for size in sizes:
            tensor = self._tensors.get(bucket(size), self.size, self.size)
            for place, crop in enumerate(crops[len(found) : len(found) + size]):
                tensor.put(place, crop)
            logits, *judged = self._network.run(tensor.values, self._outputs)
            judges = judged[0].ravel().tolist() if judged else [math.inf] * size
            found += map(self._expression, logits[:size].tolist(), judges[:size])
        return found

    def warm(self) -> None:
        """Run every bucket once."""
        blank = np.zeros((self.size, self.size, 3) if self.coloured else (self.size, self.size), np.uint8)
        for size in BUCKETS:
            self.classify([blank] * size)

    def _tell(self) -> None:
        """Say it once: a network that overflows does so again and again."""
        if not self._told:
            _log.warning(
                "%s answered what is no number; such faces count as unreadable. Said once.", self._name
            )
        self._told = True

    def _expression(self, logits: list[float], judged: float) -> Expression:
        """The softmax over the eight; outputs that are no emotion are left out of it."""
        corrected = [logits[place] * self._gain - shift for place, shift in self._places]
        top = max(corrected)
        powers = [math.exp(each - top) for each in corrected]
        total = sum(powers)
        # By a way that no logit is too large for.
        readability = 0.5 + 0.5 * math.tanh(judged / 2)
        if math.isnan(total + readability):
            self._tell()
            return _UNKNOWN
        return Expression(tuple([power / total for power in powers]), readability)


def _tau(manifest: Manifest, wanted: float | None) -> float | None:
    if manifest.prior is not None:
        return manifest.prior.tau if wanted is None else wanted
    if wanted is not None:
        raise InferenceError(
            f"The model {manifest.name} names no prior that a tau of {wanted:g} could correct; leave it out."
        )
    return None


def _shift(manifest: Manifest, tau: float | None) -> NDArray[np.float64]:
    """What the training's uneven classes added to each logit, as far as it is to be taken away."""
    if manifest.prior is None or tau is None:
        return np.zeros(len(EMOTIONS))
    shares = np.array([manifest.prior.training[emotion] for emotion in EMOTIONS])
    shift: NDArray[np.float64] = tau * np.log(shares)
    return shift
