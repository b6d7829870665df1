"""The face detector: pictures of several streams and sizes in, the faces of each out."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, GPU_LARGEST, bucket, exact, padded
from inference.belief import WEAK, believed
from inference.decode import decoder
from inference.detections import OVERLAP, joined
from inference.look import LOOKS, Look
from inference.tensor import Tensors, rounded_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from inference.detections import Detections
    from inference.device.eyes import Eyes
    from inference.network import Network
    from inference.tensor import Zeros
    from models import Manifest
    from stream.frame import Pixels

GPU_STEP = 64
"""On a GPU each new input shape is paid for once, so that sides are rounded up to few of them: a tenth of a
usual 16:9 picture is nothing then, where steps of 128 made it a quarter."""
_BATCH_PIXELS = 1 << 23
"""At most so many in one run: 32 pictures at the usual size, 8 of the largest, lest memory run out."""
_IN_FLIGHT = 2
"""Runs of a GPU at a time: the host fills the input of one and reads the outputs of another meanwhile."""
_SMALL, _LARGE = 96, 48
"""In pixels of the usual input: up to the one a closer look is believed, from the other on the usual one.

Between them both are. What a detector finds near the limits of its sizes is misplaced or wrong: with small
finds of the usual look and large ones of the closer, average precision was up to 0.04 lower.
"""


class Detector:
    """Runs the face model. To be called from one thread at a time: its input buffers are used again."""

    def __init__(
        self,
        network: Network,
        manifest: Manifest,
        confidence: float,
        *,
        one_by_one: bool = False,
        eyes: Eyes | None = None,
        zeros: Zeros = np.zeros,
    ) -> None:
        """`confidence` is the score from which faces are reported. On a single core pictures are found in a
        twelfth faster `one_by_one`: what the network keeps of one between its layers stays in the cache.
        Pictures that `eyes` can look at are not shrunk here. `zeros` makes the input's memory.

        Weaker finds are returned too, those with which a face that is followed can be told to be there still.
        Raises `ModelError` where the outputs cannot be read.
        """
        self._network = network
        self._outputs = manifest.outputs
        self._decode = decoder(manifest)
        self._overlap = manifest.decoder.overlap if manifest.decoder else OVERLAP
        self._fixed = _fixed(manifest)
        self._step = GPU_STEP if network.on_gpu else manifest.input.multiple_of or 32
        self._workers = ThreadPoolExecutor(_IN_FLIGHT, "fill") if network.on_gpu else None
        self._free: queue.SimpleQueue[Tensors] = queue.SimpleQueue()
        for _ in range(_IN_FLIGHT if network.on_gpu else 1):
            self._free.put(Tensors(manifest.input, zeros=zeros))
        self._confidence = confidence
        self._one_by_one = one_by_one
        self._eyes = eyes

    def detect(self, pictures: Sequence[Pixels], looks: Sequence[Look]) -> list[Detections]:
        """The faces of each picture in its own pixels, best first, each picture looked at in its own way."""
        inputs = [self._input(*one) for one in zip(pictures, looks, strict=True)]
        shapes = [
            self._fixed or (rounded_up(width, self._step), rounded_up(height, self._step))
            for width, height in inputs
        ]
        # Eyes look at pictures of one size at a time.
        sizes = [(each.width, each.height) if self._eyes else (0, 0) for each in pictures]
        kinds = list(zip(shapes, sizes, strict=True))
        order = sorted(range(len(pictures)), key=kinds.__getitem__)
        parts = [
            part
            for (shape, _), members in groupby(order, key=kinds.__getitem__)
            for part in _parts(list(members), shape, on_gpu=self._network.on_gpu)
        ]

        def run(part: list[int]) -> list[Detections]:
            return self._run([(pictures[index], *inputs[index]) for index in part], shapes[part[0]])

        answers = self._workers.map(run, parts) if self._workers and len(parts) > 1 else map(run, parts)
        found = {
            index: one
            for part, of_it in zip(parts, answers, strict=True)
            for index, one in zip(part, of_it, strict=True)
        }
        return [believed(found[index], self._confidence, look.smallest) for index, look in enumerate(looks)]

    def area(self, picture: Pixels, look: Look) -> int:
        """Pixels of the input that a look at this picture takes."""
        width, height = self._fixed or self._input(picture, look)
        return rounded_up(width, self._step) * rounded_up(height, self._step)

    def search(self, picture: Pixels, look: Look) -> Detections:
        """The faces of a single picture, looked for as usual and, where `look` is larger, again so.

        A photograph may hold faces so small that only a larger input shows them, and so large that only a
        smaller one does.
        """
        return self.together(
            picture, [self.detect([picture], [each])[0] for each in self.looks(picture, look)]
        )

    def looks(self, picture: Pixels, look: Look) -> tuple[Look, ...]:
        """Those that a search takes, each some work of its own."""
        usual, long = LOOKS["normal"].size, max(picture.width, picture.height)
        if self._fixed or min(long, look.size) <= usual:
            return (look,)
        return look, Look(usual, look.smallest)

    def together(self, picture: Pixels, found: Sequence[Detections]) -> Detections:
        """What a search found in all its looks."""
        if len(found) == 1:
            return found[0]
        closer, whole = found
        usual, long = LOOKS["normal"].size, max(picture.width, picture.height)
        large = whole.boxes[:, 2:].max(1) * usual >= _LARGE * long
        small = closer.boxes[:, 2:].max(1) * usual < _SMALL * long
        return joined(whole.chosen(large), closer.chosen(small), self._overlap)

    def close(self) -> None:
        """Prepare nothing more; what is being looked at is."""
        if self._eyes is not None:
            self._eyes.close()

    def warm(self, limit: int) -> None:
        """Run every bucket up to `limit` for the two shapes that cameras mostly have, 16:9 and 4:3."""
        size = LOOKS["normal"].size
        for height in (size * 9 // 16, size * 3 // 4):
            shape = self._fixed or (rounded_up(size, self._step), rounded_up(height, self._step))
            for count in (each for each in BUCKETS if each <= bucket(self._most(limit))):
                with self._tensors() as tensors:
                    self._network.run(tensors.get(count, *shape).values, self._outputs)

    def _most(self, limit: int) -> int:
        """How many pictures go into one run."""
        if self._one_by_one:
            return 1
        return min(limit, GPU_LARGEST) if self._network.on_gpu else limit

    def _input(self, picture: Pixels, look: Look) -> tuple[int, int]:
        """Width and height that the picture is shrunk to."""
        across, down = self._fixed or (look.size, look.size)
        factor = min(1.0, across / picture.width, down / picture.height)
        return max(1, round(picture.width * factor)), max(1, round(picture.height * factor))

    def _run(self, part: list[tuple[Pixels, int, int]], shape: tuple[int, int]) -> list[Detections]:
        outputs = self._each(part, shape) if self._one_by_one else self._together(part, shape)
        answers = self._decode(outputs, shape, len(part), self._confidence * WEAK)
        return [
            answer.scaled(picture.width / width, picture.height / height)
            for answer, (picture, width, height) in zip(answers, part, strict=True)
        ]

    def _together(
        self, part: list[tuple[Pixels, int, int]], shape: tuple[int, int]
    ) -> list[NDArray[np.float32]]:
        if self._eyes is not None and (seen := self._eyes.outputs(part, shape)) is not None:
            return seen
        with self._tensors() as tensors:
            tensor = tensors.get(bucket(len(part)), *shape)
            for place, (picture, width, height) in enumerate(part):
                tensor.put(place, picture.bgr(width, height))
            return self._network.run(tensor.values, self._outputs)

    def _each(self, part: list[tuple[Pixels, int, int]], shape: tuple[int, int]) -> list[NDArray[np.float32]]:
        with self._tensors() as tensors:
            answers = [
                self._network.run(tensors.only(picture.bgr(width, height), *shape), self._outputs)
                for picture, width, height in part
            ]
        return [np.concatenate(outputs) for outputs in zip(*answers, strict=True)]

    @contextmanager
    def _tensors(self) -> Iterator[Tensors]:
        """The input buffers that nobody uses."""
        tensors = self._free.get()
        try:
            yield tensors
        finally:
            self._free.put(tensors)


def _fixed(manifest: Manifest) -> tuple[int, int] | None:
    """The only width and height that the model takes, if so."""
    width, height = manifest.input.width, manifest.input.height
    return None if width is None or height is None else (width, height)


def _parts(indices: list[int], shape: tuple[int, int], *, on_gpu: bool) -> list[list[int]]:
    most = max(size for size in BUCKETS if size == 1 or size * shape[0] * shape[1] <= _BATCH_PIXELS)
    if on_gpu:
        most = min(most, GPU_LARGEST)
    ends = np.cumsum((padded if on_gpu else exact)(len(indices), most)).tolist()
    return [indices[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
