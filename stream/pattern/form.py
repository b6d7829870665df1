"""A height map built from bumps, furrows and folds: the tools a face is modelled with."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.paint import curve

if TYPE_CHECKING:
    from stream.pattern.paint import Floats

# Half the width of the head at heights from crown to chin.
OUTLINE = (
    (-1.60, 0.02), (-1.56, 0.27), (-1.46, 0.51), (-1.27, 0.76), (-1.0, 0.92), (-0.6, 0.985), (-0.2, 0.99),
    (0.2, 0.965), (0.6, 0.925), (0.9, 0.865), (1.12, 0.785), (1.30, 0.68), (1.44, 0.555), (1.54, 0.42),
    (1.60, 0.28), (1.625, 0.17), (1.635, 0.02),
)  # fmt: skip
WIDEST = 0.99
# How far the head stands out along its middle, without the nose.
PROFILE = (
    (-1.60, 0.0), (-1.46, 0.35), (-1.2, 0.68), (-0.8, 0.88), (-0.4, 0.95), (-0.1, 0.91), (0.2, 0.91),
    (0.7, 0.93), (1.0, 0.97), (1.25, 0.93), (1.46, 0.92), (1.56, 0.84), (1.66, 0.6),
)  # fmt: skip
EAR = (1.0, 0.20, 0.125, 0.30, 0.12)  # x, y, half width, half height, lean


class Form:
    """Height maps built from bumps, furrows and folds on one grid."""

    def __init__(self, x: Floats, y: Floats, finest: float) -> None:
        self.x, self.y, self.finest = x, y, finest
        rows = y[:, 0]
        outline = curve(*OUTLINE)
        step = rows[1] - rows[0]
        self.half_width = _smoothed(np.interp(rows, outline[:, 0], outline[:, 1]), 0.04 / step)
        self.profile = _smoothed(np.interp(rows, *np.transpose(PROFILE)), 0.08 / step)

    def inside(self) -> Floats:
        """Coverage of the head with its ears."""
        distance = (self.half_width - np.abs(self.x)) / (1.5 * self.finest)
        head = np.clip(distance + 0.5, 0, 1) * (self.y < OUTLINE[-1][0]) * (self.y > OUTLINE[0][0])
        ears = np.clip((1 - self.ear_radius()) * EAR[2] / (1.5 * self.finest) + 0.5, 0, 1)
        hard = np.maximum(head, ears).astype(np.float32)
        # Drawn in a little, because the slopes on the very rim are not those of skin.
        soft = np.asarray(cv2.GaussianBlur(hard, (0, 0), 1.1), np.float32)
        return np.asarray(np.clip(1.9 * soft - 0.9, 0, 1), np.float32)

    def ear_radius(self) -> Floats:
        """1 on the rim of an ear, 0 in its middle."""
        x, y, wide, high, lean = EAR
        across, down = np.abs(self.x) - x, self.y - y
        across = across + lean * down
        narrow = np.interp(down, (-high, 0.1, high), (1.0, 0.95, 0.55))
        return np.asarray(np.hypot(across / (wide * narrow), down / high), np.float32)

    def ears(self) -> Floats:
        radius = np.clip(self.ear_radius(), 0, 1)
        shell = 0.10 * np.sqrt(1 - radius**4) + 0.04 * np.exp(-0.5 * ((radius - 0.78) / 0.13) ** 2)
        hollow = 0.05 * self.pair(0.985, 0.17, 0.04, 0.08) + 0.03 * self.pair(1.02, 0.02, 0.03, 0.08)
        return np.asarray(shell - hollow, np.float32)

    def bump(self, x: float, y: float, wide: float, high: float, turn: float = 0.0) -> Floats:
        """A bell at (x, y); `turn` in radians, clockwise on the picture."""
        across, down = self.x - x, self.y - y
        c, s = np.cos(turn), np.sin(turn)
        u, v = (across * c + down * s) / wide, (down * c - across * s) / high
        return np.asarray(np.exp(-0.5 * (u * u + v * v)), np.float32)

    def pair(self, x: float, y: float, wide: float, high: float, turn: float = 0.0) -> Floats:
        return self.bump(x, y, wide, high, turn) + self.bump(-x, y, wide, high, -turn)

    def furrow(self, *points: tuple[float, float], width: float, fold: float = 0.0) -> Floats:
        """A groove (depth 1) along points, fading at its ends; `fold` raises the skin on its right hand side
        (negative: on its left)."""
        width = max(width, self.finest)
        line, reach = curve(*points, steps=4), 5 * width
        rows, columns = self._window(line.min(0) - reach, line.max(0) + reach)
        x, y = self.x[rows, columns], self.y[rows, columns]
        nearest, along, side = np.full(x.shape, 9.0, np.float32), np.zeros_like(x), np.zeros_like(x)
        for i, ((ax, ay), (bx, by)) in enumerate(itertools.pairwise(line)):
            dx, dy = bx - ax, by - ay
            t = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
            ox, oy = x - ax - t * dx, y - ay - t * dy
            distance = np.hypot(ox, oy)
            nearer = distance < nearest
            nearest = np.where(nearer, distance, nearest)
            along = np.where(nearer, (i + t) / (len(line) - 1), along)
            side = np.where(nearer, np.sign(dx * oy - dy * ox) * distance, side)
        fade = np.clip(np.sin(np.pi * along), 0, 1) ** 0.7
        raised = abs(fold) * np.exp(-0.5 * ((np.sign(fold) * side - 2.4 * width) / (1.6 * width)) ** 2)
        result = np.zeros_like(self.x)
        result[rows, columns] = fade * (raised - np.exp(-0.5 * (nearest / width) ** 2))
        return result

    def _window(self, low: Floats, high: Floats) -> tuple[slice, slice]:
        x, y = self.x[0], self.y[:, 0]
        rows = slice(int(np.searchsorted(y, low[1])), int(np.searchsorted(y, high[1])))
        return rows, slice(int(np.searchsorted(x, low[0])), int(np.searchsorted(x, high[0])))

    def furrows(self, *points: tuple[float, float], width: float, fold: float = 0.0) -> Floats:
        """The furrow and its mirror image (given on the picture's right)."""
        one = self.furrow(*points, width=width, fold=fold)
        return one + np.ascontiguousarray(one[:, ::-1])


def _smoothed(column: Floats, sigma: float) -> Floats:
    """A column (n, 1) without the corners of its interpolation."""
    return np.asarray(cv2.GaussianBlur(column[:, None], (1, 0), 0, sigmaY=sigma), np.float32)
