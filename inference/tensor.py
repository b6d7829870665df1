"""A model's input tensor, filled picture by picture and used again for batch after batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from models import Input

_CONVERSIONS = {
    (2, "bgr"): cv2.COLOR_GRAY2BGR,
    (2, "rgb"): cv2.COLOR_GRAY2BGR,
    (3, "grey"): cv2.COLOR_BGR2GRAY,
    (3, "rgb"): cv2.COLOR_BGR2RGB,
}
"""From a picture's dimensions and what the model wants to OpenCV's conversion."""


def rounded_up(side: int, step: int) -> int:
    """The least multiple of `step` that holds `side`."""
    return -(-side // step) * step


class Zeros(Protocol):
    """Where the memory of tensors comes from."""

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike, /) -> NDArray[Any]:
        """An array of zeros."""
        ...


class Tensor:
    """Room for `count` pictures of at most `width` x `height`, in the type and layout that the model wants.

    A smaller picture lies in the upper left corner; what is left of its place holds zeros, which is what the
    models were trained to see beyond a picture's edge.
    """

    def __init__(self, wanted: Input, count: int, width: int, height: int, zeros: Zeros = np.zeros) -> None:
        channels = 1 if wanted.colour == "grey" else 3
        self._wanted = wanted
        shape = (
            (count, channels, height, width) if wanted.layout == "NCHW" else (count, height, width, channels)
        )
        self.values: NDArray[Any] = zeros(shape, wanted.dtype)
        self._extents = [(0, 0)] * count
        self._planes = [np.empty(0, np.uint8)] * channels
        across = (-1, 1, 1) if wanted.layout == "NCHW" else (-1,)
        self._mean = np.array(wanted.mean, np.float32).reshape(across)
        self._scale = np.array(wanted.scale, np.float32).reshape(across)

    def put(self, index: int, picture: NDArray[np.uint8]) -> None:
        """Picture, grey (height, width) or BGR (height, width, 3), 0..255, into the place `index`."""
        height, width = picture.shape[:2]
        picture = self._coloured(picture)
        place = self.values[index]
        if self._extents[index] != (height, width):
            place.fill(0)
            self._extents[index] = (height, width)
        if self._wanted.layout == "NHWC":
            place[:height, :width] = picture if picture.ndim == 3 else picture[..., None]
            self._normalise(place[:height, :width])
        else:
            for plane, values in zip(self._split(picture), place, strict=True):
                np.copyto(values[:height, :width], plane)
            self._normalise(place[:, :height, :width])

    def _coloured(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture in the model's colours, as it is where it has them."""
        conversion = _CONVERSIONS.get((picture.ndim, self._wanted.colour))
        return picture if conversion is None else np.asarray(cv2.cvtColor(picture, conversion), np.uint8)

    def _split(self, picture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        """The colour planes. Splitting bytes, then widening them, is three times as fast as both at once."""
        if picture.ndim == 2:
            return [picture]
        if self._planes[0].shape != picture.shape[:2]:
            self._planes = [np.empty(picture.shape[:2], np.uint8) for _ in range(3)]
        cv2.split(picture, self._planes)
        return self._planes

    def _normalise(self, region: NDArray[Any]) -> None:
        if any(self._wanted.mean):
            np.subtract(region, self._mean, out=region, casting="unsafe")
        if set(self._wanted.scale) != {1}:
            np.multiply(region, self._scale, out=region, casting="unsafe")


class Tensors:
    """The tensors of one model by shape, the least recently used given up beyond `kept`."""

    def __init__(self, wanted: Input, kept: int = 8, zeros: Zeros = np.zeros) -> None:
        self._wanted = wanted
        self._kept = kept
        self._zeros = zeros
        self._plain = (
            (wanted.layout, wanted.dtype, wanted.colour) == ("NHWC", "uint8", "bgr")
            and not any(wanted.mean)
            and set(wanted.scale) == {1}
        )
        self._tensors: dict[tuple[int, int, int], Tensor] = {}

    def only(self, picture: NDArray[np.uint8], width: int, height: int) -> NDArray[Any]:
        """A single picture as the model wants it; itself, where it is that already."""
        if self._plain and picture.shape == (height, width, 3):
            return picture[None]
        tensor = self.get(1, width, height)
        tensor.put(0, picture)
        return tensor.values

    def get(self, count: int, width: int, height: int) -> Tensor:
        key = (count, width, height)
        tensor = self._tensors.pop(key, None) or Tensor(self._wanted, *key, self._zeros)
        self._tensors[key] = tensor
        while len(self._tensors) > self._kept:
            del self._tensors[next(iter(self._tensors))]
        return tensor
