"""The face detector: pictures of several streams and sizes in, the faces of each out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, bucket, exact, padded
from inference.decode import decode
from inference.detections import joined
from inference.tensor import Tensors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.detections import Detections
    from inference.network import Network
    from models import Manifest
    from stream.frame import Pixels

_GPU_STEP = 128
"""On a GPU each new input shape is paid for once, so that sides are rounded up to few of them."""
_SMALL = 40
"""Faces of less than this on the usual input are worth a second look, closer up. In pixels of that input."""


class Detector:
    """Runs the face model. To be called from one thread at a time: its input buffers are used again."""

    def __init__(
        self, network: Network, manifest: Manifest, size: int, threshold: float, smallest: float
    ) -> None:
        """`size` is the long side pictures are shrunk to in pixels.

        `threshold` is the lowest score returned, `smallest` the least width and height in the picture.
        """
        self._network = network
        self._outputs = manifest.outputs
        self._step = _GPU_STEP if network.on_gpu else manifest.input.multiple_of or 32
        self._tensors = Tensors(manifest.input)
        self._threshold = threshold
        self._smallest = smallest
        self.size = size

    def detect(self, pictures: Sequence[Pixels], size: int | None = None) -> list[Detections]:
        """The faces of each picture in its own pixels, best first. `size` replaces the detector's own."""
        inputs = [_shrunk(picture.width, picture.height, size or self.size) for picture in pictures]
        shapes = [(_up(width, self._step), _up(height, self._step)) for width, height in inputs]
        found: dict[int, Detections] = {}
        order = sorted(range(len(pictures)), key=shapes.__getitem__)
        for shape, members in groupby(order, key=shapes.__getitem__):
            indices = list(members)
            for part in _parts(indices, on_gpu=self._network.on_gpu):
                answers = self._run([(pictures[index], *inputs[index]) for index in part], shape)
                found.update(zip(part, answers, strict=True))
        return [found[index] for index in range(len(pictures))]

    def search(self, picture: Pixels, size: int) -> Detections:
        """The faces of a single picture, looked for at the detector's own size and again at `size`.

        A photograph may hold faces so small that only a larger input shows them, and so large that only a
        smaller one does.
        """
        usual = self.detect([picture])[0]
        long = max(picture.width, picture.height)
        if min(long, size) <= self.size:
            return usual
        closer = self.detect([picture], size)[0]
        small = closer.boxes[:, 2:].max(1) * self.size < _SMALL * long
        return joined([usual, closer.chosen(small)])

    def warm(self, limit: int) -> None:
        """Run every bucket up to `limit` for the two shapes that cameras mostly have, 16:9 and 4:3."""
        for height in (self.size * 9 // 16, self.size * 3 // 4):
            for count in (size for size in BUCKETS if size <= bucket(limit)):
                tensor = self._tensors.get(count, _up(self.size, self._step), _up(height, self._step))
                self._network.run(tensor.values, self._outputs)

    def _run(self, part: list[tuple[Pixels, int, int]], shape: tuple[int, int]) -> list[Detections]:
        tensor = self._tensors.get(bucket(len(part)), *shape)
        for place, (picture, width, height) in enumerate(part):
            tensor.put(place, picture.bgr(width, height))
        answers = decode(self._network.run(tensor.values, self._outputs), len(part), self._threshold)
        return [
            self._large(answer.scaled(picture.width / width, picture.height / height))
            for answer, (picture, width, height) in zip(answers, part, strict=True)
        ]

    def _large(self, found: Detections) -> Detections:
        return found.chosen(found.boxes[:, 2:].min(1) >= self._smallest) if len(found) else found


def _parts(indices: list[int], *, on_gpu: bool) -> list[list[int]]:
    ends = np.cumsum(padded(len(indices)) if on_gpu else exact(len(indices))).tolist()
    return [indices[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _shrunk(width: int, height: int, size: int) -> tuple[int, int]:
    factor = min(1.0, size / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _up(side: int, step: int) -> int:
    return -(-side // step) * step
