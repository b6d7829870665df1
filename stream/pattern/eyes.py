"""Eyes: eyeball, iris, lids, lashes and the folds around them, drawn for an expression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.paint import curve, point, points

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.pattern.expression import Expression
    from stream.pattern.looks import Colour, Looks
    from stream.pattern.paint import Canvas, Floats, Mask

    Place = Callable[[Floats], Floats]

EYE_X, EYE_Y = 0.46, 0.03
IRIS_RADIUS = 0.100


@dataclass(frozen=True, slots=True)
class Lids:
    """The outline of one eye's opening in head units: both lids from the inner to the outer corner."""

    upper: Floats
    lower: Floats

    @property
    def opening(self) -> Floats:
        return np.concatenate([self.upper, self.lower[::-1]])


def draw_eyes(
    canvas: Canvas, place: Place, looks: Looks, expression: Expression, gaze: tuple[float, float]
) -> None:
    """`gaze` moves the irises, in head units."""
    for side in (-1, 1):
        lids = _lids(looks, expression, side)
        _draw_eye(canvas, place, looks, expression, lids, side, gaze)


def _lids(looks: Looks, e: Expression, side: int) -> Lids:
    size = 1.13 * looks.eye_size
    smile = e.smile_left if side > 0 else e.smile_right
    up = (
        -0.088
        - 0.052 * e.wide_lids
        + 0.028 * e.tight_lids
        + 0.012 * e.cheeks
        + 0.018 * e.frown * (1 - e.wide_lids)
    )
    down = 0.078 - 0.034 * e.tight_lids - 0.032 * max(e.cheeks, 0.6 * smile) - 0.03 * e.nose_wrinkle
    down += 0.012 * e.wide_lids
    shut = min(1.0, e.closed)
    meet = 0.8 * down
    up, down = up + shut * (meet - up), down + 0.6 * shut * (meet - down)
    worry = 0.030 * e.inner_brow * max(e.frown, e.sad_corners) - 0.026 * e.frown * (1 - e.inner_brow)
    flat = 0.3 * e.frown * (1 - e.inner_brow)

    def line(height: float, tilt: float, bow: tuple[float, float, float]) -> Floats:
        points = [
            (-0.205, 0.035),
            (-0.11, bow[0] * height - tilt),
            (0.0, bow[1] * height - 0.4 * tilt),
            (0.115, bow[2] * height + 0.7 * tilt),
            (0.215, -0.012 + tilt),
        ]
        line = curve(*points, steps=6) * np.float32(size)
        return np.asarray((line + point(EYE_X, EYE_Y)) * point(side, 1), np.float32)

    upper, lower = line(up, worry, (0.80 - flat, 1.0, 0.80)), line(down, 0.0, (0.62, 1.0, 0.86))
    lower[:, 1] += 0.6 * np.linspace(0, 1, len(lower)) ** 3 * max(0.0, worry)
    upper[:, 1] = np.minimum(upper[:, 1], lower[:, 1])
    return Lids(upper, lower)


def _draw_eye(
    canvas: Canvas,
    place: Place,
    looks: Looks,
    e: Expression,
    lids: Lids,
    side: int,
    gaze: tuple[float, float],
) -> None:
    skin = np.array(looks.skin)
    deep = tuple(0.30 * skin * (0.8, 0.85, 1.0))
    opening = canvas.shape(place(lids.opening), blur=0.006)
    gape = float(
        np.max(
            lids.lower[:, 1] - np.interp(lids.lower[:, 0] * side, lids.upper[:, 0] * side, lids.upper[:, 1])
        )
    )
    # The hollow between brow and lid, then the fold of the upper lid above the lashes.
    fold = lids.upper + point(0, -0.05 - 0.015 * e.closed + 0.02 * e.frown)
    canvas.tint(canvas.strokes(place(fold[3:-1]), 0.016, 0.012), (0.55, 0.52, 0.60), 0.75)
    if gape > 0.02:
        canvas.blend(opening, (212, 217, 224), 0.95)
        _draw_iris(canvas, place, looks, opening, side, gaze)
        shade = lids.upper + point(0, 0.02)
        canvas.tint(canvas.strokes(place(shade), 0.045, 0.016).clipped(opening), (0.5, 0.48, 0.5), 0.9)
        corner = place(points((side * (EYE_X - 0.21 * looks.eye_size), EYE_Y + 0.03)))
        canvas.blend(canvas.shape(_disc(corner[0], 0.022), blur=0.01).clipped(opening), (110, 116, 190), 0.6)
        canvas.tint(canvas.strokes(place(lids.lower + point(0, 0.012)), 0.012, 0.006), (1.12, 1.1, 1.1), 0.8)
    canvas.blend(canvas.strokes(place(lids.upper), 0.024 + 0.012 * looks.lashes, 0.006), (22, 22, 28), 0.92)
    flick = np.stack([lids.upper[-1], lids.upper[-1] + point(side * 0.035, -0.02)])
    canvas.blend(canvas.strokes(place(flick), 0.016, 0.006), (26, 26, 32), 0.8 * looks.lashes)
    canvas.blend(canvas.strokes(place(lids.lower[6:]), 0.010, 0.006), deep, 0.55)


def _draw_iris(
    canvas: Canvas, place: Place, looks: Looks, opening: Mask, side: int, gaze: tuple[float, float]
) -> None:
    middle = place(np.array([[side * EYE_X + gaze[0], EYE_Y - 0.008 + gaze[1]]], np.float32))[0]
    radius = IRIS_RADIUS * (0.5 + 0.5 * looks.eye_size)
    canvas.stamp(_iris(looks.iris, round(2 * radius * canvas.scale) / 2), middle, opening)


@lru_cache(maxsize=32)
def _iris(colour: Colour, radius: float) -> Floats:
    """Iris, pupil and catch lights, `radius` pixels: premultiplied (rows, columns, 4), painted once."""
    fine, size = 4, 2 * int(radius + 2)
    at = (np.arange(size * fine, dtype=np.float32) + 0.5) / fine - size / 2
    x, y = np.meshgrid(at / radius, at / radius)
    away, turn = np.hypot(x, y), np.arctan2(y, x)
    fibres = 1 + 0.12 * np.sin(23 * turn) * np.sin(9 * away + 3 * turn)
    glow = 0.75 + 0.55 * np.exp(-0.5 * (((x - 0.2) / 0.5) ** 2 + ((y - 0.42) / 0.4) ** 2))
    tone = fibres * glow * np.clip(1.25 - 0.95 * np.clip((away - 0.68) / 0.32, 0, 1), 0, 2)
    picture = np.array(colour, np.float32) * tone[:, :, None] + 14 * (glow[:, :, None] - 0.75)
    for cx, cy, wide, shine, light in (
        (0, 0, 0.40, 1.0, 8),
        (-0.32, -0.34, 0.21, 0.96, 255),
        (0.34, 0.38, 0.13, 0.5, 235),
    ):
        cover = np.clip((wide - np.hypot(x - cx, y - cy)) / 0.06 + 0.5, 0, 1)[:, :, None] * shine
        picture += (light - picture) * cover
    cover = np.clip((1 - away) / 0.10 + 0.5, 0, 1)[:, :, None]
    filled = np.concatenate([np.clip(picture, 0, 255) * cover, cover], 2).astype(np.float32)
    return np.asarray(cv2.resize(filled, (size, size), interpolation=cv2.INTER_AREA), np.float32)


def _disc(middle: Floats, radius: float) -> Floats:
    return middle + np.float32(radius) * _circle()


@lru_cache(maxsize=1)
def _circle() -> Floats:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False, dtype=np.float32)
    return np.stack([np.cos(turn), np.sin(turn)], 1)
