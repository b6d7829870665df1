"""Quality: how far the emotion scores of one face can be trusted, from 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.reading import Scores

_JUDGED = 24
"""Pixels a side at which sharpness is judged."""
_UNTOUCHED = 0.2
"""From this quality on, scores are as the classifier gave them."""


def quality(
    box: NDArray[np.float32],
    landmarks: NDArray[np.float32] | None,
    confidence: float,
    crop: NDArray[np.uint8],
    readability: float = 1.0,
) -> float:
    """The product of five shares, each 1 where nothing is amiss: one bad thing spoils the scores.

    Size rises from 0 at 12 px to 1 at 40 px. Confidence rises from 0 at 0.2 to 1 at 0.7. `readability` is the
    classifier's own. For the others see `sharpness` and `frontality`, of which nothing is known without
    landmarks.
    """
    side = float(max(box[2], box[3]))
    return (
        _ramp(side, 12, 40)
        * _ramp(confidence, 0.2, 0.7)
        * _ramp(sharpness(crop), 0.35, 0.75)
        * (1.0 if landmarks is None else frontality(landmarks))
        * readability
    )


def flattened(scores: Scores, quality: float) -> Scores:
    """The scores, drawn towards an equal share for each emotion where there is hardly any quality.

    Untouched from a quality of 0.2 up, equal at 0, and in a straight line between.
    """
    if quality >= _UNTOUCHED:
        return scores
    kept = quality / _UNTOUCHED
    even = (1 - kept) / len(scores)
    return tuple([kept * score + even for score in scores])


def sharpness(crop: NDArray[np.uint8]) -> float:
    """The spread of the crop's Laplacian over the spread of its grey levels: detail against contrast.

    Judged at 24 x 24, where expressions show and the noise of cameras and codecs hardly does. Blurred or
    shrunk and enlarged faces of FER+ are read rightly as often as ever above 0.75, and hardly better than by
    guessing below 0.35.
    """
    small = cv2.resize(crop, (_JUDGED, _JUDGED), interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        small = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    spread = float(cv2.meanStdDev(small)[1][0, 0])
    detail = float(cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))[1][0, 0])
    return detail / (spread + 4)


def frontality(landmarks: NDArray[np.float32]) -> float:
    """1 for a face that looks at the camera, 0 for a profile or one that looks at floor or ceiling.

    Measured in the frame of the eyes: how far the nose's tip lies beside the middle of the eyes, in parts of
    the distance from eyes to mouth, and how far down between eyes and mouth it lies.
    """
    (rx, ry), (lx, ly), (nx, ny), (ax, ay), (bx, by) = landmarks.tolist()
    eyes_x, eyes_y, mouth_x, mouth_y = (rx + lx) / 2, (ry + ly) / 2, (ax + bx) / 2, (ay + by) / 2
    down_x, down_y = mouth_x - eyes_x, mouth_y - eyes_y
    length = math.hypot(down_x, down_y)
    if length < 1e-6:
        return 0.0
    beside = ((nx - eyes_x) * down_y - (ny - eyes_y) * down_x) / length**2
    below = ((nx - eyes_x) * down_x + (ny - eyes_y) * down_y) / length**2
    apart = math.hypot(lx - rx, ly - ry) / length
    return (
        _ramp(-abs(beside), -0.45, -0.15)
        * _ramp(apart, 0.35, 0.7)
        * _ramp(below, 0.2, 0.4)
        * _ramp(-below, -0.95, -0.75)
    )


def _ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, a straight line between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
