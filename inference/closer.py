"""Close looks: the detector shown small parts of pictures, where faces were before."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, bucket, exact, padded
from inference.belief import WEAK, believed
from inference.decode import decoder
from inference.detections import NONE, OVERLAP, Detections, joined
from inference.regions import LARGEST, ROOM, region
from inference.tensor import Tensors, rounded_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.network import Network
    from inference.regions import Region
    from models import Manifest
    from stream.frame import Pixels

_AT_ONCE = 8
"""Regions in one run of a CPU at most. Four of 96 pixels take a tenth less than one after the other."""
_EDGE = 2
"""Pixels of the input. What comes so near to the edge of a region is cut off by it."""


class Closer:
    """Runs the face model on regions. To be called from one thread at a time."""

    def __init__(self, network: Network, manifest: Manifest, confidence: float) -> None:
        """As for `Detector`; the model must take inputs of any size."""
        self._network = network
        self._outputs = manifest.outputs
        self._decode = decoder(manifest)
        self._overlap = manifest.decoder.overlap if manifest.decoder else OVERLAP
        self._tensors = Tensors(manifest.input)
        multiple = manifest.input.multiple_of or 32
        # On a GPU each new shape is paid for once, so that there is but one.
        self._step = rounded_up(LARGEST, multiple) if network.on_gpu else rounded_up(32, multiple)
        self._confidence = confidence

    def regions(self, picture: Pixels, boxes: NDArray[np.float32], room: float = ROOM) -> list[Region]:
        """Those about these boxes (n, 4) of the picture, the largest face's first."""
        rows = sorted(boxes.tolist(), key=lambda box: -max(box[2:]))
        about = [region(box, picture.width, picture.height, room, self._step) for box in rows]
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
            believed(_together(of_it, self._overlap), self._confidence, least)
            for of_it, least in zip(found, smallest, strict=True)
        ]

    def warm(self, limit: int) -> None:
        """Run every size of batch for the regions of the largest side."""
        side = rounded_up(LARGEST, self._step)
        for count in (each for each in BUCKETS if each <= bucket(limit)):
            self._network.run(self._tensors.get(count, side, side).values, self._outputs)

    def _runs(self, members: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        sizes = padded(len(members)) if self._network.on_gpu else exact(len(members), _AT_ONCE)
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


def _together(found: Sequence[Detections], overlap: float) -> Detections:
    """Of one picture, those of larger faces first: what is found within one of them is a part of it."""
    together = NONE
    for one in found:
        together = joined(together, one, overlap)
    return together


def _placed(found: Detections, picture: Pixels, one: Region) -> Detections:
    """What was found in a region, in the picture's pixels, without what the region's edge cuts off."""
    if not len(found):
        return NONE
    part, shrink = one.part, one.part.shrink
    left, right = _whole(part.left, part.width, picture.width, shrink)
    top, bottom = _whole(part.top, part.height, picture.height, shrink)
    kept = [
        index
        for index, (x, y, width, height) in enumerate(found.boxes.tolist())
        if x >= left and y >= top and x + width <= right and y + height <= bottom
    ]
    if len(kept) < len(found):
        found = found.chosen(np.array(kept, np.intp))
    boxes, corner = found.boxes * np.float32(shrink), np.array((part.left, part.top), np.float32)
    boxes[:, :2] += corner
    landmarks = None if found.landmarks is None else found.landmarks * np.float32(shrink) + corner
    return Detections(boxes, landmarks, found.scores)


def _whole(start: int, length: int, limit: int, shrink: int) -> tuple[float, float]:
    """From where to where on one axis of the input what is found is not cut off."""
    goes_on = limit - start - length >= 2 * shrink
    return (_EDGE if start else -math.inf), (length / shrink - _EDGE if goes_on else math.inf)
