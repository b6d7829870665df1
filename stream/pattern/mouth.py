"""The mouth: lips, teeth and the dark between them, drawn for an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.paint import curve, point

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Canvas, Floats

    Place = Callable[[Floats], Floats]

MOUTH_Y = 1.035
# Where one upper tooth ends and the next begins: short lines (gaps, ends, 2) across a row of height 1.
TOOTH_GAPS = np.array(
    [[(x, -0.3), (x, 1.0)] for x in (-0.31, -0.2, -0.105, 0.0, 0.105, 0.2, 0.31)], np.float32
)
JAW_DROP = 0.42  # head units the lower lip sinks with the jaw


@dataclass(frozen=True, slots=True)
class Lips:
    """The four lines of the lips in head units, all from the person's right corner to the left one."""

    top: Floats
    upper: Floats
    lower: Floats
    bottom: Floats
    gape: float

    @property
    def corners(self) -> Floats:
        return np.stack([self.upper[0], self.upper[-1]])


def lips(looks: Looks, e: Expression) -> Lips:
    (rx, ry), (lx, ly) = _corner(looks, e, -1), _corner(looks, e, 1)
    full = looks.lip_fullness * (1 - 0.55 * e.tight_lips) * (1 - 0.12 * (e.smile_left + e.smile_right))
    smile = 0.5 * (e.smile_left + e.smile_right)
    gape = (
        (0.075 + 0.05 * smile) * e.parted + JAW_DROP * e.jaw * (0.85 + 0.15 * e.parted) + 0.03 * e.lower_lip
    )
    middle = MOUTH_Y + 0.018 * smile - 0.035 * e.upper_lip - 0.02 * e.nose_wrinkle - 0.012 * e.chin
    up = middle - 0.018 * e.parted - 0.012 * e.jaw
    low = up + gape + 0.02 * e.lower_lip
    thick = 0.088 * full * (1 - 0.2 * e.upper_lip)
    swell = 0.122 * full * (1 - 0.12 * e.jaw) * (1 + 0.15 * e.chin)
    square = 0.35 + 0.35 * e.upper_lip + 0.2 * e.stretch + 0.25 * e.parted * (1 - e.jaw) + 0.3 * e.jaw
    sag = 0.35 + 0.15 * smile + 0.3 * e.stretch + 0.3 * e.jaw

    def across(share: float, at: float, pull: float) -> tuple[float, float]:
        """A point `share` (-1..1) of the way to a corner, `pull` of the way from `at` to its height."""
        x, y = (-share * rx, ry) if share < 0 else (share * lx, ly)
        return x, at + pull * (y - at)

    def between(height: float, hold: float) -> Floats:
        arch = (across(-0.62, height, 0.62 - hold * 0.62), across(-0.3, height, 0.25 - 0.25 * hold))
        back = (across(0.3, height, 0.25 - 0.25 * hold), across(0.62, height, 0.62 - hold * 0.62))
        return curve((rx, ry), *arch, (0, height), *back, (lx, ly), steps=5)

    peak = up - thick
    top = curve(
        (rx, ry),
        across(-0.55, peak + 0.020, 0.38),
        across(-0.2, peak - 0.010, 0.0),
        (0, peak + 0.010),
        across(0.2, peak - 0.010, 0.0),
        across(0.55, peak + 0.020, 0.38),
        (lx, ly),
        steps=5,
    )
    base = low + swell
    bottom = curve(
        (rx, ry),
        across(-0.66, base, 0.50 - 0.2 * sag),
        across(-0.3, base, 0.05),
        (0, base),
        across(0.3, base, 0.05),
        across(0.66, base, 0.50 - 0.2 * sag),
        (lx, ly),
        steps=5,
    )
    return Lips(top, between(up, square), between(low, sag), bottom, gape + 0.02 * e.lower_lip)


def _corner(looks: Looks, e: Expression, side: int) -> tuple[float, float]:
    smile = e.smile_left if side > 0 else e.smile_right
    dimple = e.dimple_left if side > 0 else e.dimple_right
    out = 0.385 * looks.mouth_width + 0.165 * smile + 0.07 * dimple + 0.13 * e.stretch - 0.035 * e.tight_lips
    out -= 0.125 * e.jaw * (1 - e.stretch) - 0.01 * e.sad_corners
    down = -0.155 * smile - 0.085 * dimple + 0.125 * e.sad_corners + 0.03 * e.stretch + 0.17 * e.jaw
    return side * out, MOUTH_Y + down


def draw_mouth(canvas: Canvas, place: Place, looks: Looks, e: Expression) -> None:
    shape = lips(looks, e)
    top, upper, lower, bottom = (place(line) for line in (shape.top, shape.upper, shape.lower, shape.bottom))
    under = bottom[4:-4] + point(0, 0.035)
    canvas.tint(canvas.strokes(under, 0.05, 0.03), (0.62, 0.60, 0.68), 0.7)
    red = _lip_tint(looks)
    canvas.tint(
        canvas.shape(np.concatenate([top, upper[::-1]]), blur=0.008), tuple(0.80 * np.array(red)), 0.95
    )
    canvas.tint(canvas.shape(np.concatenate([lower, bottom[::-1]]), blur=0.008), red, 0.95)
    shine = 0.45 * lower[9:-9] + 0.55 * bottom[9:-9]
    canvas.blend(canvas.strokes(shine, 0.028, 0.016), (225, 225, 245), 0.28)
    if shape.gape > 0.012:
        _draw_inside(canvas, upper, lower, e, shape.gape)
    line = 0.5 * (upper + lower) if shape.gape <= 0.03 else upper
    dark = 0.7 if shape.gape <= 0.03 else 0.4
    canvas.blend(canvas.strokes(line[5:-5], 0.014, 0.006), (34, 28, 58), dark)
    canvas.blend(canvas.strokes(line, 0.011, 0.008), (34, 28, 58), 0.6)
    for corner, away in ((upper[0], -1), (upper[-1], 1)):
        spot = np.stack([corner - point(0.02 * away, 0), corner + point(0.03 * away, 0.004)])
        canvas.tint(canvas.strokes(spot, 0.045, 0.02), (0.45, 0.42, 0.5), 0.8)


def _lip_tint(looks: Looks) -> tuple[float, float, float]:
    pale = min(1.0, looks.skin[2] / 230)
    return 0.80 - 0.12 * pale, 0.76 - 0.14 * pale, 0.98


def _draw_inside(canvas: Canvas, upper: Floats, lower: Floats, e: Expression, gape: float) -> None:
    cavity = canvas.shape(np.concatenate([upper, lower[::-1]]), blur=0.006)
    canvas.blend(cavity, (30, 22, 58))
    middle_x = float(upper[:, 0].mean())
    floor = lower[len(lower) // 2]
    if gape > 0.15:
        tongue = _mound(middle_x, float(floor[1]) + 0.03, 0.6 * float(np.ptp(upper[:, 0])) / 2, 0.42 * gape)
        canvas.blend(canvas.shape(tongue, blur=0.03).clipped(cavity), (88, 76, 160), 0.8)
    bared = 0.5 * (e.smile_left + e.smile_right) + e.upper_lip + 0.8 * e.stretch
    shown = 0.030 + 0.045 * e.parted + 0.055 * min(1.0, bared)
    teeth = canvas.shape(_upper_teeth(upper, shown), blur=0.008).clipped(cavity)
    canvas.blend(teeth, (212, 226, 234), 0.96)
    gaps = upper[len(upper) // 2] + TOOTH_GAPS * point(1, shown + 0.1)
    canvas.tint(canvas.strokes(gaps, 0.012, 0.006).clipped(teeth), (0.72, 0.74, 0.78), 0.55)
    if e.lower_lip + e.stretch + 0.3 * e.jaw > 0.3:
        rise = 0.05 + 0.02 * e.lower_lip
        below = np.concatenate([lower[5:-5] + point(0, 0.02), (lower[5:-5] - point(0, rise))[::-1]])
        canvas.blend(canvas.shape(below, blur=0.01).clipped(cavity), (180, 196, 206), 0.85)
    shade = canvas.strokes(upper + point(0, 0.012), 0.04, 0.016).clipped(cavity)
    canvas.tint(shade, (0.55, 0.5, 0.55), 0.7)
    for end in (upper[:5], upper[-5:]):
        canvas.tint(canvas.strokes(end + point(0, 0.03), 0.10, 0.03).clipped(cavity), (0.3, 0.28, 0.36), 0.8)


def _upper_teeth(upper: Floats, shown: float) -> Floats:
    """A row that hangs `shown` below the middle of the upper lip and follows its bow only half."""
    middle = upper[len(upper) // 2]
    across = np.linspace(-0.92, 0.92, 13, dtype=np.float32)
    half, bow = np.ptp(upper[:, 0]) / 2, (upper[0, 1] + upper[-1, 1]) / 2 - middle[1]
    x = middle[0] + half * across
    edge = middle[1] + shown + 0.55 * bow * across**2
    rim = np.stack([x, edge], 1)
    return np.concatenate([rim - point(0, shown + 0.12), rim[::-1]])


def _mound(x: float, y: float, wide: float, high: float) -> Floats:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.asarray(np.stack([x + wide * np.cos(turn), y - high * np.sin(turn)], 1), np.float32)
