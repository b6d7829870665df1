"""Glasses: two lenses with a rim, a bridge, temples, and a faint gleam."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.paint import curve, point, points

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.pattern.looks import Looks
    from stream.pattern.paint import Canvas, Floats


def draw_glasses(canvas: Canvas, place: Callable[[Floats], Floats], looks: Looks) -> None:
    rim = (34, 32, 38) if looks.texture_seed % 3 else (52, 70, 104)
    width = 0.028 if looks.texture_seed % 2 else 0.02
    reach = 0.90 if looks.hair_style in ("long", "bob", "curls") else 1.0
    bridge = curve((-0.14, 0.0), (0, -0.045), (0.14, 0.0))
    lines = [place(bridge)]
    for side in (-1, 1):
        lens = curve(
            (0.14, -0.05),
            (0.24, -0.155),
            (0.5, -0.17),
            (0.74, -0.13),
            (0.79, 0.02),
            (0.70, 0.20),
            (0.46, 0.255),
            (0.22, 0.19),
            closed=True,
        ) * point(side, 1)
        placed = place(lens)
        glass = canvas.shape(placed)
        canvas.blend(glass, (235, 232, 226), 0.05)
        gleam = curve((0.60, -0.13), (0.70, -0.08), (0.50, 0.2), (0.40, 0.19), closed=True)
        canvas.blend(canvas.shape(place(gleam * point(side, 1)), blur=0.01), (250, 250, 248), 0.07)
        canvas.tint(canvas.strokes(placed[10:40] + point(0, 0.03), 0.03, 0.02), (0.7, 0.7, 0.75), 0.4)
        lines += [
            np.concatenate([placed, placed[:1]]),
            place(points((side * 0.79, -0.06), (side * reach, -0.09))),
        ]
    for line in lines:
        canvas.blend(canvas.strokes(line, width), rim, 0.95)
