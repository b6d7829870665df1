"""The room behind the people: a wall, a window or a lamp, shelves and a plant, out of focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WALLS = ((176, 184, 186), (150, 162, 158), (168, 156, 140), (142, 158, 182), (120, 128, 132), (188, 190, 180))


@dataclass(frozen=True, slots=True)
class Room:
    """A painted room, and the light it throws on faces."""

    picture: NDArray[np.uint8]
    light: tuple[float, float, float]
    warmth: float


def paint_room(width: int, height: int, seed: int) -> Room:
    """The room of a seed; daylight falls in from the window's side."""
    random = np.random.default_rng((seed, 7003))
    side = -1 if random.random() < 0.5 else 1
    wall = np.array(WALLS[int(random.integers(len(WALLS)))], np.float32)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    bright = 0.72 + 0.22 * side * across - 0.18 * down
    picture = np.clip(wall * bright, 0, 255).astype(np.uint8)
    painter = _Furnisher(picture, random)
    painter.window(0.5 + side * 0.36)
    painter.shelf(0.5 - side * 0.33)
    if random.random() < 0.7:
        painter.plant(0.5 - side * float(random.uniform(0.02, 0.12)))
    if random.random() < 0.6:
        painter.lamp(0.5 - side * 0.44)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.022 * height)
    grain = random.normal(0, 1.2, picture.shape[:2]).astype(np.float32)[:, :, None]
    vignette = 1 - 0.16 * (across**2 + (2 * down - 1) ** 2) / 2
    picture = np.clip(picture * vignette + grain, 0, 255).astype(np.uint8)
    light = (side * float(random.uniform(0.3, 0.65)), -float(random.uniform(0.3, 0.6)), 0.75)
    return Room(picture, light, float(random.uniform(-0.05, 0.06)))


class _Furnisher:
    """Paints things by shares of the picture's width and height."""

    def __init__(self, picture: NDArray[np.uint8], random: np.random.Generator) -> None:
        self.picture, self.random = picture, random
        self.height, self.width = picture.shape[:2]

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: tuple[float, float, float]
    ) -> None:
        first = (round(left * self.width), round(top * self.height))
        cv2.rectangle(
            self.picture, first, (round(right * self.width), round(bottom * self.height)), colour, -1
        )

    def window(self, x: float) -> None:
        self.box(x - 0.12, -0.05, x + 0.12, 0.62, (206, 208, 206))
        self.box(x - 0.11, -0.05, x + 0.11, 0.6, (252, 246, 236))
        self.box(x - 0.11, 0.38, x + 0.11, 0.6, (196, 220, 200))
        self.box(x - 0.006, -0.05, x + 0.006, 0.6, (206, 208, 206))
        for at in (x - 0.15, x + 0.11):
            self.box(at, -0.05, at + 0.04, 0.8, (168, 178, 190))

    def shelf(self, x: float) -> None:
        for row in (0.22, 0.48, 0.74):
            self.box(x - 0.16, row, x + 0.16, row + 0.02, (60, 82, 110))
            at = x - 0.15
            while at < x + 0.14:
                thick = float(self.random.uniform(0.008, 0.02))
                tall = float(self.random.uniform(0.1, 0.19))
                shade = self.random.uniform(50, 190, 3)
                colour = (float(shade[0]), float(shade[1]), float(shade[2]))
                if self.random.random() < 0.82:
                    self.box(at, row - tall, at + thick, row, colour)
                at += thick + 0.003

    def plant(self, x: float) -> None:
        self.box(x - 0.03, 0.78, x + 0.03, 0.95, (88, 110, 160))
        for _ in range(40):
            end = (x + float(self.random.normal(0, 0.07)), 0.5 + float(self.random.normal(0, 0.13)))
            green = (
                float(self.random.uniform(40, 80)),
                float(self.random.uniform(90, 150)),
                float(self.random.uniform(50, 90)),
            )
            first, last = ((round(px * self.width), round(py * self.height)) for px, py in ((x, 0.8), end))
            cv2.line(self.picture, first, last, green, max(1, round(0.008 * self.width)), cv2.LINE_AA)

    def lamp(self, x: float) -> None:
        middle = (round(x * self.width), round(0.3 * self.height))
        glow = np.zeros_like(self.picture)
        cv2.circle(glow, middle, round(0.12 * self.height), (120, 190, 240), -1, cv2.LINE_AA)
        wide = cv2.GaussianBlur(glow, (0, 0), 0.12 * self.height)
        self.picture[:] = cv2.add(self.picture, wide)
        self.box(x - 0.004, 0.3, x + 0.004, 1.0, (70, 74, 84))
        cv2.circle(self.picture, middle, round(0.07 * self.height), (190, 226, 250), -1, cv2.LINE_AA)
