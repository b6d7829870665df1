"""Random changes of a picture's light, colours, sharpness and noise."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def relit(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture (h, w, 3) as another camera, in another light, might have taken it."""
    changed = picture
    if random.random() < 0.75:
        changed = np.asarray(cv2.LUT(changed, _curves()), np.uint8)
    if random.random() < 0.15:
        grey = cv2.cvtColor(changed, cv2.COLOR_BGR2GRAY)
        changed = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    return _worsened(changed)


def _curves() -> NDArray[np.uint8]:
    """A table (1, 256, 3): gamma, contrast and brightness alike for the colours, a gain for each alone."""
    gamma = math.exp(random.uniform(-0.5, 0.5))
    contrast, brightness = random.uniform(0.7, 1.3), random.uniform(-0.15, 0.15)
    curve = ((np.arange(256) / 255) ** gamma - 0.5) * contrast + 0.5 + brightness
    gains = np.array([random.uniform(0.88, 1.12) for _ in range(3)])
    table: NDArray[np.uint8] = np.clip(curve[None, :, None] * gains * 255, 0, 255).astype(np.uint8)
    return table


def _worsened(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One picture in four comes back blurred, compressed or noisy."""
    kind = random.random()
    if kind < 0.1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), random.uniform(0.5, 1.3)), np.uint8)
    if kind < 0.2:
        _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, random.randint(25, 80)])
        return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)
    if kind < 0.27:
        noise = np.random.normal(0, random.uniform(3, 12), picture.shape)
        return np.clip(picture + noise, 0, 255).astype(np.uint8)
    return picture
