"""The relief of a head: its height map, what each action unit adds to it, and their slopes for shading.

Head units: 1 is half the width of the face (about 70 mm); x grows to the picture's right, y downwards,
the origin lies between the eyes. The chin is at y = 1.63, the mouth at 1.03, the crown at -1.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern import anatomy
from stream.pattern.form import Form

if TYPE_CHECKING:
    from stream.pattern.paint import Floats

LEFT, RIGHT, TOP, BOTTOM = -1.6, 1.6, -2.15, 2.1
BARE = ((-1.66, 1.68), (-1.18, 1.18))  # the rows and columns (head units) in which skin can show
STEEPEST = 2.4  # slopes are capped, or the rim of the head would turn black


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Everything that depends only on the resolution: shared by all heads drawn at `scale` pixels per unit.

    `height_map` is the resting head's height for turning; `inside` is where the head covers. `bare` are the
    rows and columns where skin can show, and only for them `units[name]` is (slope x, slope y, hollow) per
    pixel, to be added with the strength of that unit.
    """

    scale: float
    x: Floats
    y: Floats
    height_map: Floats
    inside: Floats
    bare: tuple[slice, slice]
    units: dict[str, Floats]

    def height_at(self, points: Floats) -> Floats:
        """The resting head's height at points (n, 2)."""
        at = ((points - (LEFT, TOP)) * self.scale).astype(np.float32)[:, None]
        heights = cv2.remap(self.height_map, at[..., 0], at[..., 1], cv2.INTER_LINEAR)
        return np.asarray(heights, np.float32)[:, 0]


@lru_cache(maxsize=8)
def relief(scale: float) -> Relief:
    """The relief at `scale` pixels per head unit; made once per scale (some 100 ms)."""
    columns, rows = round((RIGHT - LEFT) * scale), round((BOTTOM - TOP) * scale)
    x, y = np.meshgrid(
        (np.arange(columns, dtype=np.float32) + 0.5) / scale + LEFT,
        (np.arange(rows, dtype=np.float32) + 0.5) / scale + TOP,
    )
    form = Form(x.astype(np.float32), y.astype(np.float32), 0.7 / scale)
    base = anatomy.head(form)
    heights = {"rest": base, **anatomy.features(form), **anatomy.units(form)}
    rows_shown, columns_shown = (
        slice(max(0, round((low - start) * scale)), round((high - start) * scale))
        for (low, high), start in zip(BARE, (TOP, LEFT), strict=True)
    )
    bare = rows_shown, columns_shown
    units = {name: _slopes(height, scale)[:, *bare].copy() for name, height in heights.items()}
    smooth = np.asarray(cv2.GaussianBlur(base, (0, 0), 0.13 * scale), np.float32)
    return Relief(scale, form.x, form.y, smooth, form.inside(), bare, units)


def _slopes(height: Floats, scale: float) -> Floats:
    blurred = cv2.GaussianBlur(height, (0, 0), 0.10 * scale)
    across = cv2.Scharr(height, cv2.CV_32F, 1, 0, scale=scale / 32)
    down = cv2.Scharr(height, cv2.CV_32F, 0, 1, scale=scale / 32)
    steep = np.maximum(np.hypot(across, down) / STEEPEST, 1)
    return np.stack([across / steep, down / steep, blurred - height])
