"""Eyebrows: many short hairs along a curve that the action units bend."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stream.pattern.looks import darker
from stream.pattern.paint import curve, point

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.pattern.expression import Expression
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Canvas, Floats

HAIRS = 60


def draw_brows(
    canvas: Canvas,
    place: Callable[[Floats], Floats],
    looks: Looks,
    expression: Expression,
) -> None:
    # Fair and white hair go with darker brows.
    colour = darker(looks.hair, 0.62 if looks.hair[2] > 140 else 0.78)
    spines = np.stack([brow_line(looks, expression, side) for side in (-1, 1)])
    thick = _thickness(spines.shape[1]) * looks.brow_weight
    down = np.stack([0 * thick, thick], 1)
    outlines = place(np.concatenate([spines - down, (spines + down)[:, ::-1]], 1))
    canvas.blend(canvas.shape(outlines, blur=0.020), colour, 0.66)
    pair = zip(spines, (-1, 1), strict=True)
    hairs = place(np.concatenate([_hairs(spine, thick, side, looks.texture_seed) for spine, side in pair]))
    canvas.blend(canvas.strokes(hairs, 0.009, blur=0.004), colour, 0.75)


def brow_line(looks: Looks, e: Expression, side: int) -> Floats:
    """The middle of one brow from the nose outwards."""
    raised = e.outer_brow + (e.brow_left if side > 0 else e.brow_right)
    press = e.frown * (1 - 0.65 * e.inner_brow)
    lower = press + 0.45 * e.nose_wrinkle
    knots = (
        (0.165 - 0.055 * e.frown - 0.015 * e.nose_wrinkle, -0.235 - 0.165 * e.inner_brow + 0.135 * lower),
        (0.29 - 0.035 * e.frown, -0.285 - 0.125 * e.inner_brow - 0.06 * raised + 0.135 * lower),
        (0.45, -0.320 - 0.045 * e.inner_brow - 0.135 * raised + 0.085 * lower),
        (0.60, -0.310 + 0.010 * e.inner_brow - 0.15 * raised + 0.020 * lower),
        (0.75, -0.225 + 0.045 * e.inner_brow * e.frown - 0.10 * raised),
    )
    line = curve(*knots, steps=5) + point(0, looks.brow_height)
    return np.asarray(line * (side, 1), np.float32)


def _thickness(count: int) -> Floats:
    along = np.linspace(0, 1, count)
    return np.asarray(
        np.interp(along, (0, 0.12, 0.5, 0.8, 1.0), (0.034, 0.048, 0.044, 0.028, 0.007)), np.float32
    )


def _hairs(spine: Floats, thick: Floats, side: int, seed: int) -> Floats:
    """Each hair from root to tip (HAIRS, 2, 2): upright beside the nose, flatter towards the temple."""
    at = np.linspace(0.01, 0.97, HAIRS) * (len(spine) - 1)
    index = at.astype(int)
    rooted = spine[index] + (at - index)[:, None] * (spine[index + 1] - spine[index])
    depth = thick[index]
    roots = rooted + np.stack([0 * depth, depth * _scatter(seed)], 1)
    lean = np.linspace(0.35, 1.3, HAIRS)
    tips = roots + depth[:, None] * np.stack([side * 1.5 * lean, 1.1 * lean - 1.2], 1)
    return np.stack([roots, tips], 1).astype(np.float32)


@lru_cache(maxsize=64)
def _scatter(seed: int) -> Floats:
    return np.random.default_rng(seed).uniform(-0.9, 0.9, HAIRS)
