"""Pictures that are arrays already: photographs, rendered frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.frame import Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stream.frame import Part


class ArrayPixels:
    """An array (height, width, 3), BGR, full range, that nobody writes to any more."""

    __slots__ = ("_picture",)

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise ValueError(
                f"A picture is an array (height, width, 3) of uint8, not {picture.shape} of {picture.dtype}."
            )
        self._picture = picture

    @property
    def width(self) -> int:
        return int(self._picture.shape[1])

    @property
    def height(self) -> int:
        return int(self._picture.shape[0])

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        if (width, height) == (self.width, self.height):
            return self._picture
        picture = self._halved(width, height)
        smaller = width < picture.shape[1] or height < picture.shape[0]
        interpolation = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(picture, (width, height), interpolation=interpolation), np.uint8)

    def _halved(self, width: int, height: int) -> NDArray[np.uint8]:
        """The picture, halved as long as it has three times this size: OpenCV is ten times as fast at it. Odd
        rows and columns at the end are left out, less than a pixel of that size in all.
        """
        picture = self._picture
        while picture.shape[1] >= 3 * width and picture.shape[0] >= 3 * height:
            down, across = picture.shape[0] // 2, picture.shape[1] // 2
            even = picture[: 2 * down, : 2 * across]
            picture = np.asarray(cv2.resize(even, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
        return picture

    def part(self, part: Part) -> NDArray[np.uint8]:
        cut = self._picture[part.top : part.top + part.height, part.left : part.left + part.width]
        for _ in range(part.shrink.bit_length() - 1):
            half = cut.shape[1] // 2, cut.shape[0] // 2
            cut = np.asarray(cv2.resize(cut, half, interpolation=cv2.INTER_AREA), np.uint8)
        return np.ascontiguousarray(cut)

    def grey(self) -> Grey:
        return Grey(np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_BGR2GRAY), np.uint8))

    def planes(self) -> None:
        return None
