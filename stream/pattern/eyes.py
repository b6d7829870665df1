"""Eyes: eyeball, iris, lids, lashes and the folds around them, drawn for an expression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.looks import darker
from stream.pattern.paint import curve, point, points

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.pattern.expression import Expression
    from stream.pattern.looks import Colour, Looks
    from stream.pattern.paint import Canvas, Floats

    Place = Callable[[Floats], Floats]

EYE_X, EYE_Y = 0.46, 0.03
EYE_SIZE = 1.13
IRIS_RADIUS = 0.100


@dataclass(frozen=True, slots=True)
class Lids:
    """The lids of both eyes in head units, (2, points, 2): the eye on the left first, inner corner first."""

    upper: Floats
    lower: Floats

    @property
    def openings(self) -> Floats:
        return np.concatenate([self.upper, self.lower[:, ::-1]], 1)

    @property
    def gape(self) -> float:
        """How far the lids are apart in the middle of the eye that is wider open."""
        middle = self.upper.shape[1] // 2
        return float(np.max(self.lower[:, middle, 1] - self.upper[:, middle, 1]))


def draw_eyes(canvas: Canvas, place: Place, looks: Looks, e: Expression, gaze: tuple[float, float]) -> None:
    """Draw both eyes together, which takes half the masks; `gaze` moves the irises, in head units."""
    lids = _lids(looks, e)
    # The fold of the upper lid above the lashes.
    fold = lids.upper[:, 3:-1] + point(0, -0.05 - 0.015 * e.closed + 0.02 * e.frown)
    canvas.tint(canvas.strokes(place(fold), 0.016, 0.012), (0.55, 0.52, 0.60), 0.75)
    upper = place(lids.upper)
    if lids.gape > 0.02:
        _draw_eyeballs(canvas, place, looks, lids, gaze)
        canvas.tint(canvas.strokes(place(lids.lower + point(0, 0.012)), 0.012, 0.006), (1.12, 1.1, 1.1), 0.8)
    canvas.blend(canvas.strokes(upper, 0.024 + 0.012 * looks.lashes, 0.006), (22, 22, 28), 0.92)
    flick = np.stack([upper[:, -1], upper[:, -1] + points((-0.035, -0.02), (0.035, -0.02))], 1)
    canvas.blend(canvas.strokes(flick, 0.016, 0.006), (26, 26, 32), 0.8 * looks.lashes)
    blue, green, red = darker(looks.skin, 0.28)
    canvas.blend(
        canvas.strokes(place(lids.lower[:, 6:]), 0.010, 0.006), (0.85 * blue, 0.9 * green, red), 0.55
    )


def _lids(looks: Looks, e: Expression) -> Lids:
    upper, lower = zip(*(_lid_pair(looks, e, side) for side in (-1, 1)), strict=True)
    return Lids(np.stack(upper), np.stack(lower))


def _lid_pair(looks: Looks, e: Expression, side: int) -> tuple[Floats, Floats]:
    """One eye's upper and lower lid."""
    smile = e.smile_left if side > 0 else e.smile_right
    up = -0.088 - 0.052 * e.wide_lids + 0.028 * e.tight_lids + 0.012 * e.cheeks
    up += 0.018 * e.frown * (1 - e.wide_lids)
    down = 0.078 - 0.034 * e.tight_lids - 0.032 * max(e.cheeks, 0.6 * smile) - 0.03 * e.nose_wrinkle
    down += 0.012 * e.wide_lids
    shut = min(1.0, e.closed)
    meet = 0.8 * down
    up, down = up + shut * (meet - up), down + 0.6 * shut * (meet - down)
    worry = 0.030 * e.inner_brow * max(e.frown, e.sad_corners) - 0.026 * e.frown * (1 - e.inner_brow)
    flat = 0.3 * e.frown * (1 - e.inner_brow)
    upper, lower = _lid(up, worry, (0.80 - flat, 1.0, 0.80)), _lid(down, 0.0, (0.62, 1.0, 0.86))
    lower[:, 1] += 0.6 * np.linspace(0, 1, len(lower)) ** 3 * max(0.0, worry)
    upper[:, 1] = np.minimum(upper[:, 1], lower[:, 1])
    size, middle, mirror = np.float32(EYE_SIZE * looks.eye_size), point(EYE_X, EYE_Y), point(side, 1)
    return (upper * size + middle) * mirror, (lower * size + middle) * mirror


def _lid(height: float, tilt: float, bow: tuple[float, float, float]) -> Floats:
    """A lid about the eye's middle; `bow` says how much of the height it has along its way."""
    return curve(
        (-0.205, 0.035),
        (-0.11, bow[0] * height - tilt),
        (0.0, bow[1] * height - 0.4 * tilt),
        (0.115, bow[2] * height + 0.7 * tilt),
        (0.215, -0.012 + tilt),
        steps=6,
    )


def _draw_eyeballs(canvas: Canvas, place: Place, looks: Looks, lids: Lids, gaze: tuple[float, float]) -> None:
    opening = canvas.shape(place(lids.openings), blur=0.006)
    canvas.blend(opening, (212, 217, 224), 0.95)
    radius = IRIS_RADIUS * (0.5 + 0.5 * looks.eye_size)
    iris = _iris(looks.iris, round(2 * radius * canvas.scale) / 2)
    for middle in place(points((-EYE_X, EYE_Y - 0.008), (EYE_X, EYE_Y - 0.008)) + point(*gaze)):
        canvas.stamp(iris, middle, opening)
    shade = canvas.strokes(place(lids.upper + point(0, 0.02)), 0.045, 0.016)
    canvas.tint(shade.clipped(opening), (0.5, 0.48, 0.5), 0.9)
    inner = EYE_X - 0.21 * looks.eye_size
    corners = place(points((-inner, EYE_Y + 0.03), (inner, EYE_Y + 0.03)))
    discs = np.stack([_disc(corner, 0.022) for corner in corners])
    canvas.blend(canvas.shape(discs, blur=0.01).clipped(opening), (110, 116, 190), 0.6)


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
