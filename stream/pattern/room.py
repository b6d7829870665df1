"""The room behind the people: a wall, a window or a lamp, shelves and a plant, out of focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from stream.pattern.paint import Bytes

WALLS = ((206, 214, 218), (196, 206, 202), (212, 204, 192), (188, 202, 220), (178, 186, 190), (208, 214, 208))
BOOKS = (
    (96, 110, 150),
    (120, 104, 84),
    (88, 120, 112),
    (150, 160, 172),
    (70, 80, 110),
    (140, 128, 120),
    (92, 132, 170),
    (176, 182, 186),
)
COARSE = 4  # out of focus, so painted this many times smaller


@dataclass(frozen=True, slots=True)
class Room:
    """A painted room, and the light it throws on faces."""

    picture: Bytes
    light: tuple[float, float, float]
    warmth: float


def paint_room(width: int, height: int, seed: int) -> Room:
    """The room of a seed; daylight falls in from the window's side."""
    random = np.random.default_rng((seed, 7003))
    side = -1 if random.random() < 0.5 else 1
    rows, columns = -(-height // COARSE), -(-width // COARSE)
    painter = _Furnisher(_wall(rows, columns, side, random), random)
    painter.window(0.5 + side * 0.37)
    painter.shelf(0.5 - side * 0.36)
    if random.random() < 0.6:
        painter.picture_frame(0.5 - side * 0.03)
    if random.random() < 0.7:
        painter.plant(0.5 + side * float(random.uniform(0.14, 0.2)))
    if random.random() < 0.6:
        painter.lamp(0.5 - side * 0.14)
    soft = cv2.GaussianBlur(painter.picture, (0, 0), 0.018 * rows)
    large = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    light = (side * float(random.uniform(0.3, 0.65)), -float(random.uniform(0.3, 0.6)), 0.75)
    return Room(_finished(large, random), light, float(random.uniform(-0.03, 0.03)))


def _wall(rows: int, columns: int, side: int, random: np.random.Generator) -> Bytes:
    wall = np.array(WALLS[int(random.integers(len(WALLS)))], np.float32)
    across = np.linspace(-1, 1, columns, dtype=np.float32)[None, :, None]
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    bright = 0.76 + 0.16 * side * across - 0.16 * down
    return np.clip(wall * bright, 0, 255).astype(np.uint8)


def _finished(picture: Bytes, random: np.random.Generator) -> Bytes:
    """Darker towards the corners, and with a little grain against banding."""
    height, width = picture.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    vignette = 1 - 0.09 * (across**2 + down**2)
    grain = random.normal(0, 1.2, (height, width)).astype(np.float32)
    return np.clip(picture * vignette[:, :, None] + grain[:, :, None], 0, 255).astype(np.uint8)


class _Furnisher:
    """Paints things by shares of the picture's width and height."""

    def __init__(self, picture: Bytes, random: np.random.Generator) -> None:
        self.picture, self.random = picture, random
        self.height, self.width = picture.shape[:2]

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: tuple[float, float, float]
    ) -> None:
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        fixed = np.round((corners * (self.width, self.height) - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(self.picture, [fixed], colour, cv2.LINE_AA, 4)

    def window(self, x: float) -> None:
        self.box(x - 0.125, -0.05, x + 0.125, 0.64, (214, 218, 220))
        self.box(x - 0.11, -0.05, x + 0.11, 0.6, (253, 248, 240))
        self.box(x - 0.11, 0.36, x + 0.11, 0.6, (206, 226, 212))
        self.box(x - 0.11, 0.48, x + 0.11, 0.6, (168, 200, 176))
        self.box(x - 0.008, -0.05, x + 0.008, 0.6, (216, 220, 222))
        for at in (x - 0.165, x + 0.115):
            for fold in range(4):
                self.box(
                    at + 0.0125 * fold,
                    -0.05,
                    at + 0.0125 * (fold + 1),
                    0.86,
                    self._varied((178, 190, 204), 10),
                )

    def shelf(self, x: float) -> None:
        self.box(x - 0.17, 0.04, x + 0.17, 1.0, (104, 132, 160))
        self.box(x - 0.16, 0.06, x + 0.16, 1.0, (78, 100, 126))
        for row in (0.28, 0.52, 0.76):
            self.box(x - 0.16, row, x + 0.16, row + 0.02, (112, 142, 170))
            at = x - 0.155
            while at < x + 0.14:
                thick, tall = float(self.random.uniform(0.008, 0.02)), float(self.random.uniform(0.12, 0.19))
                if self.random.random() < 0.8:
                    colour = BOOKS[int(self.random.integers(len(BOOKS)))]
                    self.box(at, row - tall, at + thick, row, self._varied(colour, 14))
                at += thick + 0.002

    def picture_frame(self, x: float) -> None:
        self.box(x - 0.07, 0.08, x + 0.07, 0.36, (92, 112, 136))
        self.box(x - 0.062, 0.095, x + 0.062, 0.345, (224, 228, 230))
        self.box(x - 0.04, 0.14, x + 0.04, 0.3, self._varied((150, 160, 150), 24))

    def plant(self, x: float) -> None:
        self.box(x - 0.03, 0.80, x + 0.03, 1.0, (104, 128, 168))
        for _ in range(46):
            end = (x + float(self.random.normal(0, 0.05)), 0.56 + float(self.random.normal(0, 0.12)))
            first, last = ((round(px * self.width), round(py * self.height)) for px, py in ((x, 0.82), end))
            leaf = self._varied((84, 128, 96), 22)
            cv2.line(self.picture, first, last, leaf, max(1, round(0.007 * self.width)), cv2.LINE_AA)

    def lamp(self, x: float) -> None:
        middle = (round(x * self.width), round(0.3 * self.height))
        glow = np.zeros_like(self.picture)
        cv2.circle(glow, middle, round(0.12 * self.height), (90, 150, 190), -1, cv2.LINE_AA)
        self.picture[:] = cv2.add(self.picture, cv2.GaussianBlur(glow, (0, 0), 0.12 * self.height))
        self.box(x - 0.004, 0.3, x + 0.004, 1.0, (90, 96, 106))
        cv2.circle(self.picture, middle, round(0.06 * self.height), (200, 232, 250), -1, cv2.LINE_AA)

    def _varied(self, colour: tuple[int, int, int], spread: float) -> tuple[float, float, float]:
        blue, green, red = np.clip(np.array(colour) + self.random.normal(0, spread), 0, 255)
        return float(blue), float(green), float(red)
