"""What is below the head: neck, shoulders and clothes, painted once per person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.looks import darker
from stream.pattern.paint import Canvas, curve, point, points

if TYPE_CHECKING:
    from stream.pattern.looks import Looks
    from stream.pattern.paint import Bytes, Floats

LEFT, RIGHT, TOP, BOTTOM = -2.9, 2.9, -2.1, 8.5
FINE = 1
RAISED = 0.22  # how much higher the body stands than it is painted, which shortens the neck


def paint_body(looks: Looks, scale: float, light: tuple[float, float, float], bottom: float) -> Bytes:
    """Neck and clothes (rows, columns, 4), BGR premultiplied by coverage.

    `bottom` is how far down the body is needed, in head units.
    """
    bottom = min(bottom, BOTTOM)
    shape = (max(8, round((bottom - TOP) * scale)), round((RIGHT - LEFT) * scale))
    return over(_neck(looks, shape, scale, light), _clothes(looks, shape, scale, light))


def over(below: Bytes, above: Bytes) -> Bytes:
    """Two premultiplied pictures, one over the other."""
    rest = 255 - above[:, :, 3:]
    lower = cv2.multiply(below, np.repeat(rest, below.shape[2], 2), scale=1 / 255)
    return np.asarray(cv2.add(lower, above[:, :, : below.shape[2]]), np.uint8)


def _layer(
    looks_colour: tuple[float, float, float], shape: tuple[int, int], scale: float
) -> tuple[Canvas, Bytes]:
    pixels = np.empty((shape[0] * FINE, shape[1] * FINE, 3), np.uint8)
    pixels[:] = looks_colour
    return Canvas(pixels, scale * FINE, (-LEFT * scale * FINE, -TOP * scale * FINE)), pixels


def _finished(canvas: Canvas, pixels: Bytes, outline: Floats, shape: tuple[int, int]) -> Bytes:
    mask = canvas.shape(outline, blur=0.012)
    cover = np.zeros(pixels.shape[:2], np.float32)
    height, width = mask.cover.shape
    cover[mask.top : mask.top + height, mask.left : mask.left + width] = mask.cover
    filled = np.concatenate([pixels * cover[:, :, None], 255 * cover[:, :, None]], 2)
    return np.asarray(cv2.resize(filled, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _neck(looks: Looks, shape: tuple[int, int], scale: float, light: tuple[float, float, float]) -> Bytes:
    canvas, pixels = _layer(darker(looks.skin, 0.86), shape, scale)
    wide = _neck_width(looks)
    for side in (-1, 1):
        edge = curve((side * wide, 0.8), (side * wide, 1.6), (side * (wide + 0.04), 2.4))
        strength = 0.85 if side * light[0] < 0 else 0.45
        canvas.tint(canvas.strokes(edge, 0.2, 0.13), (0.50, 0.52, 0.62), strength)
        tendon = curve((side * 0.40, 1.8), (side * 0.25, 2.2), (side * 0.08, 2.5))
        canvas.tint(canvas.strokes(tendon, 0.06, 0.05), (0.84, 0.84, 0.88), 0.7)
    pit = curve((-0.07, 2.45), (0.0, 2.52), (0.07, 2.45))
    canvas.tint(canvas.strokes(pit, 0.08, 0.05), (0.75, 0.75, 0.8), 0.7)
    # The shadow of the head falls below the jaw and away from the light.
    away = -0.16 * light[0]
    jaw = [(-0.9, 0.9), (-0.55, 1.78), (away, 2.14), (0.55, 1.78), (0.9, 0.9), (0.5, 0.5), (-0.5, 0.5)]
    shadow = curve(*((x + away, y) for x, y in jaw), closed=True)
    canvas.tint(canvas.shape(shadow, blur=0.09), (0.42, 0.44, 0.55), 0.85)
    half = curve(
        (0, 0.5),
        (wide, 0.6),
        (wide, 1.5),
        (wide + 0.02, 2.05),
        (wide + 0.14, 2.36),
        (wide + 0.10, 2.7),
        (0, 3.2),
    )
    return _finished(canvas, pixels, _both_sides(half), shape)


def _clothes(looks: Looks, shape: tuple[int, int], scale: float, light: tuple[float, float, float]) -> Bytes:
    canvas, pixels = _layer(looks.shirt, shape, scale)
    broad = 2.15 + 0.3 * (looks.strong_chin + looks.brow_ridge) / 2
    wide, deep = _neck_width(looks), 2.85 if looks.lashes > 0.5 else 2.52
    down = np.linspace(0, 1, pixels.shape[0], dtype=np.float32)[:, None, None]
    pixels[:] = np.clip(pixels * (1.12 - 0.3 * down), 0, 255)
    turn = np.linspace(0, 1.35, 14, dtype=np.float32)
    round_neck = np.stack([(wide + 0.10) * np.sin(turn), 2.26 + (deep - 2.26) * np.cos(turn)], 1)
    neckline = np.concatenate([round_neck, points((wide + 0.12, 2.22))])
    for side in (-1, 1):
        both = np.array([side, 1], np.float32)
        away = side * light[0] < 0
        flank = curve((broad + 0.1, 2.6), (broad + 0.2, 3.4), (broad + 0.2, 5.4)) * both
        canvas.tint(canvas.strokes(flank, 0.8, 0.35), (0.45, 0.45, 0.5), 0.9 if away else 0.4)
        if not away:
            shoulder = curve((0.95, 2.60), (1.6, 2.85), (2.1, 3.25)) * both
            canvas.tint(canvas.strokes(shoulder, 0.25, 0.16), (1.35, 1.32, 1.28), 0.9)
        for x, lean in ((1.2, 0.12), (0.62, -0.2)):
            fold = curve((x, 3.15), (x - lean, 3.8), (x + lean, 5.0)) * both
            canvas.tint(canvas.strokes(fold, 0.08, 0.12), (0.7, 0.7, 0.74), 0.3)
        canvas.tint(
            canvas.strokes((round_neck * point(1.1, 1.0) + point(0, 0.13)) * both, 0.03, 0.012),
            (0.6, 0.6, 0.64),
            0.8,
        )
    canvas.tint(
        canvas.shape(curve((-0.9, 2.0), (-0.4, 2.75), (0, 2.95), (0.4, 2.75), (0.9, 2.0)), 0.1),
        (0.7, 0.7, 0.74),
        0.6,
    )
    outside = curve(
        (wide + 0.12, 2.24),
        (0.98, 2.44),
        (1.45, 2.60),
        (broad - 0.3, 2.84),
        (broad + 0.02, 3.25),
        (broad + 0.2, 4.2),
        (broad + 0.3, 5.6),
        (broad + 0.3, 9.0),
    )
    return _finished(canvas, pixels, _both_sides(np.concatenate([neckline, outside])), shape)


def _neck_width(looks: Looks) -> float:
    return 0.53 + 0.12 * (looks.strong_chin + looks.brow_ridge) / 2


def _both_sides(half: Floats) -> Floats:
    return np.concatenate([half, half[::-1] * np.array([-1, 1], np.float32)])
