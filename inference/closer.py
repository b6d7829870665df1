"""Close looks: the detector shown small parts of pictures, where faces were before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, bucket, exact, padded
from inference.belief import WEAK, believed
from inference.decode import decoder
from inference.detections import NONE, OVERLAP, Detections, joined
from inference.regions import LARGEST, region
from inference.tensor import Tensors, rounded_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.network import Network
    from inference.regions import Region
    from models import Manifest
    from stream.frame import Pixels

_EDGE = 2
"""Pixels of the input. What comes so near to the edge of a region is cut off by it."""


class Closer:
    """Runs the face model on regions. To be called from one thread at a time."""

    def __init__(
        self, network: Network, manifest: Manifest, confidence: float, *, one_by_one: bool = False
    ) -> None:
        """As for `Detector`; the model must take inputs of any size."""
        self._network = network
        self._outputs = manifest.outputs
        self._decode = decoder(manifest)
        self._overlap = manifest.decoder.overlap if manifest.decoder else OVERLAP
        self._tensors = Tensors(manifest.input, pinned=network.on_gpu)
        multiple = manifest.input.multiple_of or 32
        # On a GPU each new shape is paid for once, so that there is but one.
        self._step = rounded_up(LARGEST, multiple) if network.on_gpu else rounded_up(32, multiple)
        self._confidence = confidence
        self._one_by_one = one_by_one

    def regions(self, picture: Pixels, boxes: NDArray[np.float32]) -> list[Region]:
        """Those about these boxes (n, 4) of the picture, the largest face's first."""
        order = (-boxes[:, 2:].max(1, initial=0)).argsort(kind="stable").tolist()
        about = (region(boxes[index].tolist(), picture.width, picture.height, self._step) for index in order)
        return [one for one in about if one is not None]

    def look(
        self, pictures: Sequence[Pixels], regions: Sequence[Sequence[Region]], smallest: Sequence[float]
    ) -> list[Detections]:
        """The faces in these regions of each picture, in its own pixels, best first, each face once.

        Those less than `smallest` pixels wide or high are left out.
        """
        found: list[list[Detections]] = [[NONE] * len(of_it) for of_it in regions]
        same: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for picture, of_it in enumerate(regions):
            for place, one in enumerate(of_it):
                same[one.side].append((picture, place))
        for side, members in same.items():
            for part in self._runs(members):
                shown = [(pictures[picture], regions[picture][place]) for picture, place in part]
                for (picture, place), answer in zip(part, self._run(shown, side), strict=True):
                    found[picture][place] = answer
        return [
            believed(self._together(of_it), self._confidence, least)
            for of_it, least in zip(found, smallest, strict=True)
        ]

    def warm(self, limit: int) -> None:
        """Run every size of batch for the regions of the largest side."""
        side = rounded_up(LARGEST, self._step)
        for count in (each for each in BUCKETS if each <= bucket(1 if self._one_by_one else limit)):
            self._network.run(self._tensors.get(count, side, side).values, self._outputs)

    def _runs(self, members: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        sizes = [1] * len(members) if self._one_by_one else exact(len(members))
        if self._network.on_gpu:
            sizes = padded(len(members))
        ends = np.cumsum(sizes).tolist()
        return [members[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]

    def _run(self, shown: list[tuple[Pixels, Region]], side: int) -> list[Detections]:
        if len(shown) == 1:
            picture, one = shown[0]
            values = self._tensors.only(picture.part(one.part), side, side)
        else:
            tensor = self._tensors.get(bucket(len(shown)), side, side)
            for place, (picture, one) in enumerate(shown):
                tensor.put(place, picture.part(one.part))
            values = tensor.values
        outputs = self._network.run(values, self._outputs)
        answers = self._decode(outputs, (side, side), len(shown), self._confidence * WEAK)
        return [_placed(answer, *where) for answer, where in zip(answers, shown, strict=True)]

    def _together(self, found: Sequence[Detections]) -> Detections:
        """Of one picture, those of larger faces first: what is found within one of them is a part of it."""
        together = NONE
        for one in found:
            together = joined(together, one, self._overlap)
        return together


def _placed(found: Detections, picture: Pixels, one: Region) -> Detections:
    """What was found in a region, in the picture's pixels, without what the region's edge cuts off."""
    if not len(found):
        return NONE
    part, shrink = one.part, one.part.shrink
    width, height = part.width / shrink, part.height / shrink
    starts, ends = found.boxes[:, :2], found.boxes[:, :2] + found.boxes[:, 2:]
    cut = (starts < _EDGE) & (np.array((part.left, part.top)) > 0)
    rest = np.array((picture.width - part.left - part.width, picture.height - part.top - part.height))
    cut |= (ends > np.array((width, height)) - _EDGE) & (rest >= 2 * shrink)
    whole = found.chosen(np.flatnonzero(~cut.any(1))).scaled(shrink, shrink)
    corner = np.array((part.left, part.top), np.float32)
    boxes = whole.boxes + np.concatenate((corner, (0, 0))).astype(np.float32)
    landmarks = None if whole.landmarks is None else whole.landmarks + corner
    return Detections(boxes, landmarks, whole.scores)
