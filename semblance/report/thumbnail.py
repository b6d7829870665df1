"""A face cut out of its frame, as a small JPEG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference import Box
    from stream.frame import Pixels

SIDE = 112  # pixels
_AIR = 0.25  # of the face's longer side, on each side
_QUALITY = 82


def thumbnail(pixels: Pixels, box: Box) -> bytes:
    """Takes milliseconds: the frame is converted as a whole. What lies beyond its edge is grey."""
    return jpeg(cut_out(pixels.bgr(pixels.width, pixels.height), box))


def cut_out(picture: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    side = max(box.width, box.height) * (1 + 2 * _AIR)
    left, top = box.left + box.width / 2 - side / 2, box.top + box.height / 2 - side / 2
    scale = SIDE / max(side, 1.0)
    if scale < 1:  # thinned out beforehand, as the warp does not average
        rough = max(1, int(1 / scale))
        if rough > 1:
            picture, left, top, scale = _nearby(picture, left, top, side, rough)
    placing = np.array(((scale, 0, -left * scale), (0, scale, -top * scale)))
    return np.asarray(
        cv2.warpAffine(picture, placing, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=(128, 128, 128)),
        np.uint8,
    )


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not encoded:
        raise RuntimeError(f"OpenCV could not make a JPEG of a picture of {picture.shape}.")
    return data.tobytes()


def _nearby(
    picture: NDArray[np.uint8], left: float, top: float, side: float, rough: int
) -> tuple[NDArray[np.uint8], float, float, float]:
    """What is about the face, `rough` times smaller, and where the face's square begins in it."""
    rows, columns = picture.shape[:2]
    x, y = max(0, int(left)), max(0, int(top))
    right, bottom = min(columns, int(left + side) + 1), min(rows, int(top + side) + 1)
    near = picture[y : max(bottom, y + 1), x : max(right, x + 1)]
    width, height = max(1, near.shape[1] // rough), max(1, near.shape[0] // rough)
    smaller = np.asarray(cv2.resize(near, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return smaller, (left - x) / rough, (top - y) / rough, SIDE * rough / side
