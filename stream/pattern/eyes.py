"""Eyes: eyeball, iris, lids, lashes and the folds around them, drawn for an expression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.paint import curve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Canvas

    Place = Callable[[NDArray[np.float32]], NDArray[np.float32]]

EYE_X, EYE_Y = 0.46, 0.03
IRIS_RADIUS = 0.100


@dataclass(frozen=True, slots=True)
class Lids:
    """The outline of one eye's opening in head units: `upper` and `lower` lid from the inner to the outer corner."""

    upper: NDArray[np.float32]
    lower: NDArray[np.float32]

    @property
    def opening(self) -> NDArray[np.float32]:
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

    def line(height: float, tilt: float, bow: tuple[float, float, float]) -> NDArray[np.float32]:
        points = [(-0.205, 0.035), (-0.11, bow[0] * height - tilt), (0.0, bow[1] * height - 0.4 * tilt),
                  (0.115, bow[2] * height + 0.7 * tilt), (0.215, -0.012 + tilt)]  # fmt: skip
        line = curve(*points, steps=6) * np.float32(size)
        return np.asarray((line + (EYE_X, EYE_Y)) * (side, 1), np.float32)

    return Lids(line(up, worry, (0.80 - flat, 1.0, 0.80)), line(down, 0.0, (0.62, 1.0, 0.86)))


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
    fold = lids.upper + np.float32([0, -0.05 - 0.015 * e.closed + 0.02 * e.frown])
    canvas.tint(canvas.strokes([place(fold[3:-1])], 0.016, 0.012), (0.55, 0.52, 0.60), 0.75)
    if gape > 0.02:
        canvas.blend(opening, (206, 212, 220), 0.95)
        canvas.tint(canvas.shape(place(lids.opening), blur=0.02).clipped(opening), (1.06, 1.06, 1.06))
        _draw_iris(canvas, place, looks, lids, opening, side, gaze)
        shade = lids.upper + np.float32([0, 0.02])
        canvas.tint(canvas.strokes([place(shade)], 0.045, 0.016).clipped(opening), (0.5, 0.48, 0.5), 0.9)
        corner = place(np.float32([[side * (EYE_X - 0.21 * looks.eye_size), EYE_Y + 0.03]]))
        canvas.blend(canvas.shape(_disc(corner[0], 0.022), blur=0.01).clipped(opening), (110, 116, 190), 0.6)
        canvas.tint(
            canvas.strokes([place(lids.lower + np.float32([0, 0.012]))], 0.012, 0.006), (1.12, 1.1, 1.1), 0.8
        )
    canvas.blend(canvas.strokes([place(lids.upper)], 0.024 + 0.012 * looks.lashes, 0.006), (22, 22, 28), 0.92)
    flick = np.stack([lids.upper[-1], lids.upper[-1] + np.float32([side * 0.035, -0.02])])
    canvas.blend(canvas.strokes([place(flick)], 0.016, 0.006), (26, 26, 32), 0.8 * looks.lashes)
    canvas.blend(canvas.strokes([place(lids.lower[6:])], 0.010, 0.006), deep, 0.55)


def _draw_iris(
    canvas: Canvas,
    place: Place,
    looks: Looks,
    lids: Lids,
    opening: object,
    side: int,
    gaze: tuple[float, float],
) -> None:
    middle = place(np.float32([[side * EYE_X + gaze[0], EYE_Y - 0.008 + gaze[1]]]))[0]
    radius = IRIS_RADIUS * (0.5 + 0.5 * looks.eye_size)
    colour = np.array(looks.iris)
    canvas.blend(canvas.shape(_disc(middle, radius), blur=0.004).clipped(opening), tuple(0.40 * colour))
    canvas.blend(canvas.shape(_disc(middle, 0.80 * radius), blur=0.012).clipped(opening), tuple(colour))
    glow = canvas.shape(_disc(middle + (0.02, 0.03), 0.045), blur=0.014).clipped(opening)
    canvas.blend(glow, tuple(np.minimum(1.5 * colour + 18, 255)), 0.7)
    canvas.blend(canvas.shape(_disc(middle, 0.40 * radius), blur=0.004).clipped(opening), (10, 9, 10))
    canvas.blend(
        canvas.shape(_disc(middle + (-0.032, -0.034), 0.021), blur=0.003).clipped(opening),
        (255, 255, 255),
        0.95,
    )
    canvas.blend(
        canvas.shape(_disc(middle + (0.034, 0.036), 0.013), blur=0.005).clipped(opening), (235, 230, 225), 0.5
    )


def _disc(middle: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    return middle + np.float32(radius) * _circle()


@lru_cache(maxsize=1)
def _circle() -> NDArray[np.float32]:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False, dtype=np.float32)
    return np.stack([np.cos(turn), np.sin(turn)], 1)
