"""How a detected face becomes the classifier's picture: what the manifest's `crop` says, for recipes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.framing import framed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.framing import Square
    from models.manifest import Crop

SIDE = 48


def cropped(
    grey: NDArray[np.uint8], box: NDArray[np.float32], landmarks: NDArray[np.float32] | None, rule: Crop
) -> NDArray[np.uint8]:
    """The square (48, 48) of the face in `box` (left, top, width, height), framed as `rule` says."""
    square = framed(box.tolist(), None if landmarks is None else landmarks.tolist(), rule)
    # Twice or three times the size first, then averaged: a plain warp of a large face would alias.
    finer = min(8, max(1, round(math.hypot(square.across, square.down) / SIDE)))
    matrix = _upright(square, SIDE * finer)
    flags, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    large = cv2.warpAffine(grey, matrix, (SIDE * finer, SIDE * finer), flags=flags, borderMode=border)
    return np.asarray(cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _upright(square: Square, side: int) -> NDArray[np.float64]:
    """The matrix that brings the square to one of `side` pixels at the origin."""
    scale = side / (square.across**2 + square.down**2)
    linear = scale * np.array([[square.across, square.down], [-square.down, square.across]])
    # Pixels are counted at their middles.
    shift = np.array([side / 2, side / 2]) - 0.5 - linear @ (np.array([square.x, square.y]) - 0.5)
    return np.concatenate([linear, shift[:, None]], axis=1)
