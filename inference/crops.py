"""Crops: the square pictures of single faces that the classifier sees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.framing import framed
from stream.frame import Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models import Crop
    from models.framing import Square

_SHRINK_FROM = 1.5
"""Above this many source pixels to one of the crop, blocks of them are averaged before it is turned."""

_SAMPLED = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def crop(
    picture: Grey | NDArray[np.uint8],
    box: NDArray[np.float32],
    landmarks: NDArray[np.float32] | None,
    rule: Crop,
    size: int,
) -> NDArray[np.uint8]:
    """The face in `box`, black 0 and white 255, framed and turned as the model's `rule` says.

    Of luma (size, size), of a BGR picture (size, size, 3). Reads at full resolution: a face shrunk with its
    frame has lost what its expression shows in.
    """
    square = framed(box.tolist(), None if landmarks is None else landmarks.tolist(), rule)
    if isinstance(picture, Grey):
        return _stretched(_warped(picture.values, square, size), picture.black, picture.white)
    return _warped(picture, square, size)


def _warped(values: NDArray[np.uint8], square: Square, size: int) -> NDArray[np.uint8]:
    source, x, y, factor = _shrunk(values, square, size)
    pixels = factor * size
    across, down = square.across / pixels, square.down / pixels
    middle = (size - 1) / 2
    # From a pixel of the crop to the source's, both counted at their middles.
    to_x, to_y = x - 0.5 - (across - down) * middle, y - 0.5 - (across + down) * middle
    matrix = np.array((across, -down, to_x, down, across, to_y)).reshape(2, 3)
    return cv2.warpAffine(source, matrix, (size, size), None, _SAMPLED, cv2.BORDER_REPLICATE)  # type: ignore[return-value]  # as its source


def _shrunk(
    values: NDArray[np.uint8], square: Square, size: int
) -> tuple[NDArray[np.uint8], float, float, float]:
    """The surroundings of the face, shrunk by a whole factor where it is large, and its centre in them."""
    height, width = values.shape[:2]
    x, y, edge_across, edge_down = square
    side = math.hypot(edge_across, edge_down)
    factor = round(side / size) if side > _SHRINK_FROM * size else 1
    reach = (abs(edge_across) + abs(edge_down)) / 2 + 2 * factor
    left, right = _span(x - reach, x + reach, width)
    top, bottom = _span(y - reach, y + reach, height)
    if factor == 1:
        return values[top:bottom, left:right], x - left, y - top, 1
    across, down = max(1, (right - left) // factor), max(1, (bottom - top) // factor)
    part = values[top : top + down * factor, left : left + across * factor]
    shrunk = np.asarray(cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
    return shrunk, (x - left) / factor, (y - top) / factor, factor


def _span(low: float, high: float, limit: int) -> tuple[int, int]:
    """The whole pixels from `low` to `high` that exist; at least one, the nearest, where none does."""
    first = min(max(0, math.floor(low)), limit - 1)
    return first, max(first + 1, min(limit, math.ceil(high)))


def _stretched(picture: NDArray[np.uint8], black: int, white: int) -> NDArray[np.uint8]:
    if (black, white) == (0, 255):
        return picture
    factor = 255 / (white - black)
    return np.asarray(cv2.addWeighted(picture, factor, picture, 0, -black * factor), np.uint8)
