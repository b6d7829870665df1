"""An eye: the network that looks at decoded frames of one geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.batching import BUCKETS, bucket
from inference.device.shrinking import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.device.shrinking import Geometry
    from inference.network import Network
    from inference.tensor import Zeros
    from stream.frame import Planes

    Outputs = list[NDArray[np.float32]]


class Eye:
    """The network of one geometry, and the arrays that its frames are put into."""

    def __init__(
        self, geometry: Geometry, network: Network, outputs: tuple[str, ...], largest: int, zeros: Zeros
    ) -> None:
        self._geometry = geometry
        self._largest = largest
        self._network = network
        self._outputs = outputs
        self._zeros = zeros
        self._free: dict[int, list[NDArray[np.uint8]]] = {size: [] for size in BUCKETS}

    def warm(self, shown: NDArray[np.uint8]) -> Outputs:
        """Runs every size of batch with one frame again and again; what the last of them answered."""
        answers: Outputs = []
        for size in (each for each in BUCKETS if each <= self._largest):
            answers = self._network.run(shown.repeat(size, 0), self._outputs)
        return answers

    def look(self, pictures: Sequence[Planes]) -> Outputs:
        """The outputs for each picture."""
        parts = [pictures[at : at + self._largest] for at in range(0, len(pictures), self._largest)]
        answers = [[output[: len(part)] for output in self._seen(part)] for part in parts]
        return (
            answers[0] if len(parts) == 1 else [np.concatenate(each) for each in zip(*answers, strict=True)]
        )

    def _seen(self, pictures: Sequence[Planes]) -> Outputs:
        free = self._free[bucket(len(pictures))]
        try:
            frames = free.pop()
        except IndexError:  # as many threads as never before are at it
            frames = self._zeros(frames_shape(self._geometry, bucket(len(pictures))), np.uint8)
        for place, planes in enumerate(pictures):
            put(frames[place], planes)
        answers = self._network.run(frames, self._outputs)
        free.append(frames)
        return answers


def frames_shape(geometry: Geometry, count: int) -> tuple[int, int, int]:
    """Of so many frames, as `put` fills them."""
    return count, geometry.height * 3 // 2, geometry.width
