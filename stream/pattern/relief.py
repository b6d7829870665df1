"""The relief of a head: its height map, what each action unit adds to it, and their slopes for shading.

Head units: 1 is half the width of the face (about 70 mm); x grows to the picture's right, y downwards,
the origin lies between the eyes. The chin is at y = 1.63, the mouth at 1.03, the crown at -1.6.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.paint import curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEFT, RIGHT, TOP, BOTTOM = -1.75, 1.75, -2.1, 2.0
OUTLINE_Y = (-1.60, -1.56, -1.46, -1.27, -1.0, -0.6, -0.2, 0.2, 0.6, 0.9, 1.12, 1.30, 1.44, 1.54, 1.60, 1.625, 1.635)
OUTLINE_X = (0.02, 0.27, 0.51, 0.76, 0.92, 0.985, 0.99, 0.965, 0.925, 0.865, 0.785, 0.68, 0.555, 0.42, 0.28, 0.17, 0.02)
EAR = (1.0, 0.20, 0.125, 0.30, 0.12)  # x, y, half width, half height, lean
STEEPEST = 2.4  # slopes are capped, or the rim of the head would turn black
PROFILE_Y = (-1.60, -1.46, -1.2, -0.8, -0.4, -0.1, 0.2, 0.7, 1.0, 1.25, 1.46, 1.56, 1.66)
PROFILE_Z = (0.0, 0.35, 0.68, 0.88, 0.95, 0.91, 0.91, 0.93, 0.97, 0.93, 0.92, 0.84, 0.6)


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Everything that depends only on the resolution: shared by all heads drawn at `scale` pixels per unit.

    `units[name]` is (slope x, slope y, hollow) per pixel, to be added with the strength of that unit;
    `height_map` is the resting head's height for turning; `inside` is where the head covers.
    """

    scale: float
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    height_map: NDArray[np.float32]
    inside: NDArray[np.float32]
    units: dict[str, NDArray[np.float32]]

    def height_at(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """The resting head's height at points (n, 2)."""
        at = ((points - (LEFT, TOP)) * self.scale).astype(np.float32)[:, None]
        return cv2.remap(self.height_map, at, None, cv2.INTER_LINEAR)[:, 0]


@lru_cache(maxsize=8)
def relief(scale: float) -> Relief:
    """The relief at `scale` pixels per head unit; made once per scale (some 100 ms)."""
    columns, rows = round((RIGHT - LEFT) * scale), round((BOTTOM - TOP) * scale)
    x, y = np.meshgrid(
        (np.arange(columns, dtype=np.float32) + 0.5) / scale + LEFT,
        (np.arange(rows, dtype=np.float32) + 0.5) / scale + TOP,
    )
    form = _Form(x.astype(np.float32), y.astype(np.float32), 0.7 / scale)
    base = form.head()
    heights = {"rest": base, **form.features(), **form.units()}
    units = {name: _slopes(height, scale) for name, height in heights.items()}
    smooth = cv2.GaussianBlur(base, (0, 0), 0.05 * scale)
    return Relief(scale, form.x, form.y, smooth, form.inside(), units)


def _slopes(height: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(height, (0, 0), 0.10 * scale)
    across = cv2.Scharr(height, cv2.CV_32F, 1, 0, scale=scale / 32)
    down = cv2.Scharr(height, cv2.CV_32F, 0, 1, scale=scale / 32)
    steep = np.maximum(np.hypot(across, down) / STEEPEST, 1)
    return np.stack([across / steep, down / steep, blurred - height])


class _Form:
    """Height maps built from bumps, furrows and folds on one grid."""

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32], finest: float) -> None:
        self.x, self.y, self.finest = x, y, finest
        rows = y[:, 0]
        outline = curve(*zip(OUTLINE_Y, OUTLINE_X, strict=True))
        self.half_width = np.interp(rows, outline[:, 0], outline[:, 1]).astype(np.float32)
        self.half_width = cv2.GaussianBlur(
            self.half_width[:, None], (1, 0), 0, sigmaY=0.04 / (rows[1] - rows[0])
        )
        self.profile = np.interp(rows, PROFILE_Y, PROFILE_Z).astype(np.float32)
        self.profile = cv2.GaussianBlur(self.profile[:, None], (1, 0), 0, sigmaY=0.08 / (rows[1] - rows[0]))

    def inside(self) -> NDArray[np.float32]:
        """Coverage of the head with its ears."""
        distance = (self.half_width - np.abs(self.x)) / (1.5 * self.finest)
        head = np.clip(distance + 0.5, 0, 1) * (self.y < OUTLINE_Y[-1]) * (self.y > OUTLINE_Y[0])
        ears = np.clip((1 - self.ear_radius()) * EAR[2] / (1.5 * self.finest) + 0.5, 0, 1)
        hard = np.maximum(head, ears).astype(np.float32)
        return cv2.GaussianBlur(hard, (0, 0), 0.9)

    def ear_radius(self) -> NDArray[np.float32]:
        """1 on the rim of an ear, 0 in its middle."""
        x, y, wide, high, lean = EAR
        across, down = np.abs(self.x) - x, self.y - y
        across = across + lean * down
        narrow = np.interp(down, (-high, 0.1, high), (1.0, 0.95, 0.55))
        return np.asarray(np.hypot(across / (wide * narrow), down / high), np.float32)

    def ears(self) -> NDArray[np.float32]:
        radius = np.clip(self.ear_radius(), 0, 1)
        shell = 0.10 * np.sqrt(1 - radius**4) + 0.04 * np.exp(-0.5 * ((radius - 0.78) / 0.13) ** 2)
        hollow = 0.05 * self.pair(0.985, 0.17, 0.04, 0.08) + 0.03 * self.pair(1.02, 0.02, 0.03, 0.08)
        return np.asarray(shell - hollow, np.float32)

    def bump(self, x: float, y: float, wide: float, high: float, turn: float = 0.0) -> NDArray[np.float32]:
        """A bell at (x, y); `turn` in radians, clockwise on the picture."""
        across, down = self.x - x, self.y - y
        c, s = np.cos(turn), np.sin(turn)
        u, v = (across * c + down * s) / wide, (down * c - across * s) / high
        return np.asarray(np.exp(-0.5 * (u * u + v * v)), np.float32)

    def pair(self, x: float, y: float, wide: float, high: float, turn: float = 0.0) -> NDArray[np.float32]:
        return self.bump(x, y, wide, high, turn) + self.bump(-x, y, wide, high, -turn)

    def furrow(self, *points: tuple[float, float], width: float, fold: float = 0.0) -> NDArray[np.float32]:
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

    def _window(self, low: NDArray[np.float32], high: NDArray[np.float32]) -> tuple[slice, slice]:
        x, y = self.x[0], self.y[:, 0]
        rows = slice(int(np.searchsorted(y, low[1])), int(np.searchsorted(y, high[1])))
        return rows, slice(int(np.searchsorted(x, low[0])), int(np.searchsorted(x, high[0])))

    def furrows(self, *points: tuple[float, float], width: float, fold: float = 0.0) -> NDArray[np.float32]:
        """The furrow and its mirror image (given on the picture's right)."""
        one = self.furrow(*points, width=width, fold=fold)
        return one + np.ascontiguousarray(one[:, ::-1])

    def head(self) -> NDArray[np.float32]:
        x = self.x
        across = np.clip(np.abs(x) / np.maximum(self.half_width, 0.02), 0, 0.995)
        skull = self.profile * (1 - across**2.6) ** 0.58
        skull = np.where(np.abs(x) > self.half_width, self.ears() - 0.15, skull)
        sockets = -0.115 * self.pair(0.46, 0.0, 0.25, 0.15) - 0.11 * self.pair(0.20, 0.03, 0.07, 0.13)
        eyeballs = 0.075 * self.pair(0.46, 0.03, 0.17, 0.11)
        brows = 0.05 * self.pair(0.42, -0.27, 0.30, 0.085, 0.05)
        cheeks = 0.09 * self.pair(0.60, 0.36, 0.24, 0.17, -0.3) - 0.03 * self.pair(0.7, 0.85, 0.2, 0.2)
        mouth = (
            0.075 * self.bump(0, 1.0, 0.34, 0.22)
            - 0.022 * self.bump(0, 0.85, 0.035, 0.07)
            + 0.014 * self.pair(0.065, 0.85, 0.03, 0.08)
            + 0.035 * self.bump(0, 0.965, 0.2, 0.035)
            + 0.055 * self.bump(0, 1.105, 0.19, 0.05)
            - 0.05 * self.pair(0.42, 1.04, 0.06, 0.07)
        )
        chin = 0.09 * self.bump(0, 1.43, 0.21, 0.12) - 0.06 * self.bump(0, 1.25, 0.22, 0.055)
        temples = -0.05 * self.pair(0.88, -0.35, 0.13, 0.25) + 0.02 * self.pair(0.3, -0.65, 0.28, 0.2)
        skull = skull + sockets + eyeballs + brows + cheeks + mouth + chin + temples + self.nose()
        return np.asarray(skull, np.float32)

    def nose(self) -> NDArray[np.float32]:
        x, y = self.x, self.y
        rise = np.interp(y[:, :1], (-0.35, -0.1, 0.1, 0.55, 0.64, 0.7), (0.0, 0.04, 0.085, 0.19, 0.20, 0.18))
        wide = np.interp(y[:, :1], (-0.3, 0.05, 0.35, 0.6), (0.15, 0.082, 0.095, 0.125))
        ridge = rise * np.exp(-0.5 * (x / wide) ** 2)
        tip = 0.11 * self.bump(0, 0.60, 0.105, 0.09)
        wings = 0.10 * self.pair(0.16, 0.65, 0.062, 0.06)
        under = 1 / (1 + np.exp((y - 0.725 + 0.25 * np.abs(x) ** 1.5) / 0.032))
        return np.asarray((ridge + tip + wings) * under, np.float32)

    def features(self) -> dict[str, NDArray[np.float32]]:
        """What makes heads differ; weights come from a person's looks."""
        return {
            "nose": self.nose(),
            "brow_ridge": 0.05 * self.bump(0, -0.22, 0.5, 0.09),
            "full_cheeks": 0.08 * self.pair(0.6, 0.75, 0.22, 0.25),
            "strong_chin": 0.06 * self.bump(0, 1.5, 0.16, 0.1) - 0.03 * self.bump(0, 1.27, 0.2, 0.05),
            "age": 0.022 * self.furrows((0.23, 0.66), (0.36, 0.82), (0.42, 1.02), width=0.03, fold=0.5)
            + 0.016 * self.furrows((0.25, 0.17), (0.42, 0.25), (0.6, 0.22), width=0.03)
            + 0.010 * sum((self.furrow((-0.55, at + 0.02), (0, at), (0.55, at + 0.02), width=0.02)
                           for at in (-0.55, -0.7, -0.85)), start=np.zeros_like(self.x))
            + 0.012 * self.furrows((0.4, 1.12), (0.46, 1.3), width=0.03)
            + 0.007 * self.furrows((0.75, 0.0), (0.9, -0.06), width=0.016)
            + 0.007 * self.furrows((0.75, 0.07), (0.9, 0.1), width=0.016),
        }  # fmt: skip

    def units(self) -> dict[str, NDArray[np.float32]]:
        """What each action unit does to the skin."""
        forehead = np.zeros_like(self.x)
        sides = np.zeros_like(self.x)
        for at in (-0.52, -0.66, -0.80):
            forehead += self.furrow(
                (-0.42, at + 0.03), (0, at + 0.01), (0.42, at + 0.03), width=0.022, fold=-0.5
            )
            sides += self.furrows(
                (0.2, at + 0.04), (0.48, at - 0.03), (0.74, at + 0.06), width=0.022, fold=-0.5
            )
        smile = self.furrow((0.21, 0.62), (0.38, 0.78), (0.50, 0.98), (0.52, 1.12), width=0.034, fold=-0.8)
        smile = (
            0.045 * smile
            + 0.075 * self.bump(0.55, 0.52, 0.18, 0.15, -0.5)
            + 0.03 * self.bump(0.6, 0.75, 0.1, 0.15)
        )
        dimple = 0.06 * -self.bump(0.44, 0.98, 0.045, 0.07) + 0.03 * self.bump(0.53, 0.93, 0.06, 0.1)
        dimple += 0.03 * self.furrow((0.26, 0.68), (0.42, 0.85), (0.50, 1.06), width=0.03, fold=-0.7)
        return {
            "inner_brow": 0.020 * forehead,
            "outer_brow": 0.018 * sides,
            "frown": 0.040 * self.furrows((0.075, -0.40), (0.095, -0.22), (0.06, -0.08), width=0.024)
            + 0.045 * self.pair(0.19, -0.24, 0.09, 0.07)
            + 0.030 * self.bump(0, -0.22, 0.045, 0.1)
            - 0.030 * self.pair(0.27, -0.12, 0.12, 0.05),
            "cheeks": 0.055 * self.pair(0.54, 0.38, 0.2, 0.12, -0.2)
            + 0.018 * self.furrows((0.26, 0.2), (0.45, 0.235), (0.66, 0.17), width=0.024)
            + 0.010 * self.furrows((0.74, 0.0), (0.84, -0.05), (0.94, -0.1), width=0.016)
            + 0.010 * self.furrows((0.75, 0.05), (0.85, 0.06), (0.95, 0.07), width=0.016)
            + 0.010 * self.furrows((0.73, 0.1), (0.82, 0.15), (0.9, 0.2), width=0.016),
            "tight_lids": 0.016 * self.furrows((0.26, 0.15), (0.45, 0.185), (0.64, 0.14), width=0.02)
            + 0.02 * self.pair(0.46, 0.12, 0.16, 0.03),
            "nose_wrinkle": 0.018 * self.furrows((0.0, 0.10), (0.08, 0.07), (0.15, 0.0), width=0.02)
            + 0.018 * self.furrows((0.0, 0.19), (0.1, 0.17), (0.17, 0.1), width=0.02)
            + 0.022 * self.furrows((0.09, 0.30), (0.16, 0.22), (0.22, 0.1), width=0.022)
            + 0.045 * self.furrows((0.17, 0.50), (0.25, 0.58), (0.33, 0.72), width=0.032, fold=-0.7)
            + 0.04 * self.pair(0.17, 0.62, 0.06, 0.05)
            + 0.035 * self.pair(0.32, 0.38, 0.12, 0.12),
            "upper_lip": 0.045
            * self.furrows((0.19, 0.56), (0.34, 0.70), (0.42, 0.92), width=0.034, fold=-0.7)
            + 0.03 * self.pair(0.38, 0.55, 0.14, 0.12),
            "smile_left": smile,
            "smile_right": np.ascontiguousarray(smile[:, ::-1]),
            "dimple_left": dimple,
            "dimple_right": np.ascontiguousarray(dimple[:, ::-1]),
            "sad_corners": 0.035 * self.furrows((0.40, 1.08), (0.47, 1.2), (0.47, 1.34), width=0.03, fold=0.5)
            - 0.03 * self.pair(0.30, 1.26, 0.1, 0.06)
            + 0.02 * self.furrows((0.22, 0.66), (0.36, 0.84), (0.43, 1.02), width=0.03, fold=-0.5),
            "chin": 0.05 * self.bump(0, 1.42, 0.17, 0.08)
            - 0.045 * self.bump(0, 1.26, 0.2, 0.03)
            + 0.006 * np.cos(self.x * 42) * np.cos(self.y * 38) * self.bump(0, 1.42, 0.15, 0.08),
            "stretch": 0.022 * self.furrows((0.47, 0.92), (0.56, 1.08), (0.54, 1.26), width=0.03, fold=-0.4)
            - 0.02 * self.pair(0.5, 1.1, 0.06, 0.12),
            "tight_lips": 0.02 * self.bump(0, 0.93, 0.3, 0.03)
            + 0.03 * self.bump(0, 1.17, 0.24, 0.04)
            - 0.035 * self.pair(0.42, 1.04, 0.05, 0.06),
            "jaw": -0.05 * self.pair(0.62, 0.95, 0.13, 0.3) - 0.03 * self.bump(0, 1.27, 0.25, 0.06),
        }
