"""Crops: the square grey pictures of single faces that the classifier sees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models import Crop
    from stream.frame import Grey

_SHRINK_FROM = 1.5
"""Above this many source pixels to one of the crop, blocks of them are averaged before it is turned."""


def crop(
    grey: Grey, box: NDArray[np.float32], landmarks: NDArray[np.float32] | None, rule: Crop, size: int
) -> NDArray[np.uint8]:
    """The face in `box` as (size, size), black 0 and white 255, framed and turned as the model's `rule` says.

    Reads the luma at full resolution: a face shrunk with its frame has lost what its expression shows in.
    """
    left, top, width, height = box.tolist()
    side = max(width, height) * rule.scale
    angle = _slope(landmarks) if rule.level == "eyes" and landmarks is not None else 0.0
    source, x, y, factor = _shrunk(grey.values, left + width / 2, top + height / 2, side, angle, size)
    step = side / factor / size
    across, down = step * math.cos(angle), step * math.sin(angle)
    middle = (size - 1) / 2
    # From a pixel of the crop to the source's, both counted at their middles.
    matrix = np.array(
        (
            (across, -down, x - 0.5 - (across - down) * middle),
            (down, across, y - 0.5 - (across + down) * middle),
        )
    )
    picture = cv2.warpAffine(
        source,
        matrix,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _stretched(np.asarray(picture, np.uint8), grey.black, grey.white)


def _slope(landmarks: NDArray[np.float32]) -> float:
    """The angle of the line from the eye on the left of the picture to the one on its right, in radians."""
    (right_x, right_y), (left_x, left_y) = landmarks[:2].tolist()
    return math.atan2(left_y - right_y, left_x - right_x)


def _shrunk(
    values: NDArray[np.uint8], x: float, y: float, side: float, angle: float, size: int
) -> tuple[NDArray[np.uint8], float, float, float]:
    """The surroundings of the face, shrunk by a whole factor where it is large, and its centre in them."""
    height, width = values.shape
    factor = round(side / size) if side > _SHRINK_FROM * size else 1
    reach = side / 2 * (abs(math.cos(angle)) + abs(math.sin(angle))) + 2 * factor
    left, right = _span(x - reach, x + reach, width)
    top, bottom = _span(y - reach, y + reach, height)
    across, down = max(1, (right - left) // factor), max(1, (bottom - top) // factor)
    part = values[top : top + down * factor, left : left + across * factor]
    if factor > 1:
        part = np.asarray(cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
    return part, (x - left) / factor, (y - top) / factor, factor


def _span(low: float, high: float, limit: int) -> tuple[int, int]:
    """The whole pixels from `low` to `high` that exist; at least one, the nearest, where none does."""
    first = min(max(0, math.floor(low)), limit - 1)
    return first, max(first + 1, min(limit, math.ceil(high)))


def _stretched(picture: NDArray[np.uint8], black: int, white: int) -> NDArray[np.uint8]:
    if (black, white) == (0, 255):
        return picture
    factor = 255 / (white - black)
    return np.asarray(cv2.addWeighted(picture, factor, picture, 0, -black * factor), np.uint8)
