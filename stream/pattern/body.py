"""What is below the head: neck, shoulders and clothes with the hair behind them, painted once per person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.hair import HairPainter
from stream.pattern.paint import Canvas, curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stream.pattern.looks import Looks

LEFT, RIGHT, TOP, BOTTOM = -2.9, 2.9, -2.1, 5.2
FINE = 1


def paint_body(
    looks: Looks, scale: float, light: tuple[float, float, float], bottom: float
) -> NDArray[np.uint8]:
    """Neck, clothes and back hair (rows, columns, 4), BGR premultiplied by coverage, down to `bottom` head units."""
    bottom = min(bottom, BOTTOM)
    shape = (max(8, round((bottom - TOP) * scale)), round((RIGHT - LEFT) * scale))
    sprite = np.zeros((*shape, 4), np.uint8)
    back = HairPainter(looks, light).behind(shape, scale, (LEFT, TOP))
    if back is not None:
        sprite = back
    for layer in (_neck(looks, shape, scale, light), _clothes(looks, shape, scale, light)):
        sprite = over(sprite, layer)
    return sprite


def over(below: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two premultiplied pictures, one over the other."""
    rest = 255 - above[:, :, 3:]
    lower = cv2.multiply(below, np.repeat(rest, below.shape[2], 2), scale=1 / 255)
    return cv2.add(lower, above[:, :, : below.shape[2]])


def _layer(
    looks_colour: tuple[float, float, float], shape: tuple[int, int], scale: float
) -> tuple[Canvas, NDArray[np.uint8]]:
    pixels = np.empty((shape[0] * FINE, shape[1] * FINE, 3), np.uint8)
    pixels[:] = looks_colour
    return Canvas(pixels, scale * FINE, (-LEFT * scale * FINE, -TOP * scale * FINE)), pixels


def _finished(canvas: Canvas, pixels: NDArray[np.uint8], outline: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.uint8]:  # fmt: skip
    mask = canvas.shape(outline, blur=0.012)
    cover = np.zeros(pixels.shape[:2], np.float32)
    height, width = mask.cover.shape
    cover[mask.top : mask.top + height, mask.left : mask.left + width] = mask.cover
    filled = np.concatenate([pixels * cover[:, :, None], 255 * cover[:, :, None]], 2)
    return np.asarray(cv2.resize(filled, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _neck(
    looks: Looks, shape: tuple[int, int], scale: float, light: tuple[float, float, float]
) -> NDArray[np.uint8]:
    canvas, pixels = _layer(tuple(0.80 * channel for channel in looks.skin), shape, scale)
    wide = 0.56 + 0.14 * (looks.strong_chin + looks.brow_ridge) / 2
    dark = (0.50, 0.52, 0.62)
    for side in (-1, 1):
        edge = curve(
            (side * wide, 0.8), (side * wide, 1.6), (side * (wide + 0.08), 2.4), (side * (wide + 0.4), 2.7)
        )
        strength = 0.75 if side * light[0] < 0 else 0.35
        canvas.tint(canvas.strokes([edge], 0.2, 0.12), dark, strength)
        tendon = curve((side * 0.42, 1.6), (side * 0.28, 2.1), (side * 0.1, 2.45))
        canvas.tint(canvas.strokes([tendon], 0.06, 0.05), (0.8, 0.8, 0.84), 0.6)
    jaw_shadow = curve(
        (-0.95, 0.9), (-0.5, 1.72), (0, 1.98), (0.5, 1.72), (0.95, 0.9), (0.5, 0.5), (-0.5, 0.5), closed=True
    )
    canvas.tint(canvas.shape(jaw_shadow, blur=0.10), (0.40, 0.42, 0.54), 0.9)
    outline = curve(
        (-wide, 0.6), (-wide, 1.5), (-wide - 0.06, 2.1), (-wide - 0.5, 2.5), (0, 3.2), (wide + 0.5, 2.5), (wide + 0.06, 2.1),
        (wide, 1.5), (wide, 0.6), closed=True,
    )  # fmt: skip
    return _finished(canvas, pixels, outline, shape)


def _clothes(
    looks: Looks, shape: tuple[int, int], scale: float, light: tuple[float, float, float]
) -> NDArray[np.uint8]:
    canvas, pixels = _layer(looks.shirt, shape, scale)
    broad = 2.25 + 0.25 * (looks.strong_chin + looks.brow_ridge) / 2
    deep = 2.75 if looks.lashes > 0.5 else 2.45
    for side in (-1, 1):
        away = side * light[0] < 0
        flank = curve((side * (broad + 0.1), 2.6), (side * (broad + 0.2), 3.4), (side * (broad + 0.2), 5.4))
        canvas.tint(canvas.strokes([flank], 0.8, 0.35), (0.45, 0.45, 0.5), 0.9 if away else 0.5)
        if not away:
            canvas.tint(
                canvas.strokes([curve((side * 0.9, 2.62), (side * 1.6, 2.8), (side * 2.1, 3.2))], 0.25, 0.18),
                (1.3, 1.28, 1.25),
                0.8,
            )
        fold = curve((side * 1.25, 3.1), (side * 1.15, 3.8), (side * 1.3, 5.0))
        canvas.tint(canvas.strokes([fold], 0.08, 0.09), (0.65, 0.65, 0.7), 0.7)
        collar = curve((side * 0.74, 2.28), (side * 0.60, 2.45), (side * 0.3, deep - 0.02), (0, deep + 0.05))
        canvas.tint(canvas.strokes([collar + np.float32([0, 0.09])], 0.1, 0.03), (0.72, 0.72, 0.75), 0.9)
    outline = np.concatenate([
        curve((0, deep), (0.34, deep - 0.10), (0.60, 2.42), (0.72, 2.22)),
        curve((0.80, 2.24), (1.35, 2.52), (broad - 0.25, 2.80), (broad + 0.1, 3.3), (broad + 0.25, 4.2), (broad + 0.3, 5.6)),
        curve((-broad - 0.3, 5.6), (-broad - 0.25, 4.2), (-broad - 0.1, 3.3), (0.25 - broad, 2.80), (-1.35, 2.52), (-0.80, 2.24)),
        curve((-0.72, 2.22), (-0.60, 2.42), (-0.34, deep - 0.10), (0, deep)),
    ])  # fmt: skip
    return _finished(canvas, pixels, outline.astype(np.float32), shape)
