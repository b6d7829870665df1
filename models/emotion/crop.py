"""How a detected face becomes the classifier's picture: what the manifest's `crop` says, for recipes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.manifest import Crop

SIDE = 48


def cropped(
    grey: NDArray[np.uint8], box: NDArray[np.float32], landmarks: NDArray[np.float32], rule: Crop
) -> NDArray[np.uint8]:
    """The square (48, 48) around `box` (left, top, width, height), level with the eyes."""
    left, top, width, height = box.tolist()
    centre = (left + width / 2, top + height / 2)
    scale = SIDE / (max(width, height) * rule.scale)
    across, down = (landmarks[1] - landmarks[0]).tolist()
    angle = math.atan2(down, across) if rule.level == "eyes" else 0.0
    # Twice or three times the size first, then averaged: a plain warp of a large face would alias.
    finer = min(8, max(1, round(1 / scale)))
    matrix = _turned(angle, scale * finer, centre, SIDE * finer)
    flags, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    large = cv2.warpAffine(grey, matrix, (SIDE * finer, SIDE * finer), flags=flags, borderMode=border)
    return np.asarray(cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _turned(angle: float, scale: float, centre: tuple[float, float], side: int) -> NDArray[np.float64]:
    """The matrix that turns by `-angle` about `centre` and puts it into the middle of a square."""
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    linear = np.array([[cosine, sine], [-sine, cosine]])
    # Pixels are counted at their middles.
    shift = np.array([side / 2, side / 2]) - 0.5 - linear @ (np.array(centre) - 0.5)
    return np.concatenate([linear, shift[:, None]], axis=1)
