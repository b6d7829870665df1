"""Pictures with transparency laid onto others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def paste(onto: NDArray[np.uint8], sprite: NDArray[np.uint8], left: int, top: int) -> None:
    """Lays an RGBA picture onto a BGR one, as far as it lies within."""
    rows, columns = onto.shape[:2]
    x, y = max(0, left), max(0, top)
    right, bottom = min(columns, left + sprite.shape[1]), min(rows, top + sprite.shape[0])
    if right <= x or bottom <= y:
        return
    part = sprite[y - top : bottom - top, x - left : right - left]
    _mix(onto[y:bottom, x:right], part[..., 2::-1], part[..., 3:])


def shade(onto: NDArray[np.uint8], colour: tuple[int, int, int, int]) -> None:
    """Covers a BGR picture with an RGBA colour."""
    red, green, blue, alpha = colour
    levels = np.arange(256)[:, None] * (255 - alpha) + np.array((blue, green, red)) * alpha
    onto[...] = cv2.LUT(onto, np.asarray((levels + 127) // 255, np.uint8)[None])


def _mix(onto: NDArray[np.uint8], colours: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> None:
    weight = alpha.astype(np.uint16)
    mixed = onto * (255 - weight) + colours * weight + 127
    onto[...] = mixed // 255
