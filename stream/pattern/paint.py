"""Painting on a picture: soft filled shapes and strokes in the coordinates of a head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]

FRACTION_BITS = 4


@dataclass(frozen=True, slots=True)
class Mask:
    """A coverage map (0..1) of a part of the picture, `left` and `top` pixels from its corner."""

    left: int
    top: int
    cover: Floats

    def clipped(self, other: Mask) -> Mask:
        """This mask where `other` covers too; `other` must enclose the same pixels or more."""
        height, width = self.cover.shape
        row, column = self.top - other.top, self.left - other.left
        clip = np.zeros_like(self.cover)
        r0, c0 = max(0, row), max(0, column)
        r1, c1 = min(other.cover.shape[0], row + height), min(other.cover.shape[1], column + width)
        if r1 > r0 and c1 > c0:
            clip[r0 - row : r1 - row, c0 - column : c1 - column] = other.cover[r0:r1, c0:c1]
        return Mask(self.left, self.top, self.cover * clip)


class Canvas:
    """A BGR picture (uint8) whose shapes are given in head units, `scale` pixels each, from `origin`."""

    def __init__(self, pixels: Bytes, scale: float, origin: tuple[float, float]) -> None:
        self.pixels = pixels
        self.scale = scale
        self.origin = np.array(origin, np.float32)

    def shape(self, outline: Floats, blur: float = 0.0) -> Mask:
        """The mask of a filled outline, its edge softened by `blur` head units."""
        fixed = self._fixed(outline)
        mask, left, top = self._blank(fixed, 2 + 2.5 * blur * self.scale)
        fixed -= (left << FRACTION_BITS, top << FRACTION_BITS)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, FRACTION_BITS)
        return self._soften(mask, left, top, blur)

    def strokes(self, lines: Floats, width: float, blur: float = 0.0) -> Mask:
        """The mask of open lines of one width; one (points, 2) or many (lines, points, 2)."""
        fixed = self._fixed(lines)
        mask, left, top = self._blank(fixed.reshape(-1, 2), 2 + (2.5 * blur + width) * self.scale)
        fixed -= (left << FRACTION_BITS, top << FRACTION_BITS)
        pixels, many = width * self.scale, list(fixed) if fixed.ndim == 3 else [fixed]
        strength, thickness = round(255 * min(1.0, pixels)), max(1, round(pixels))
        cv2.polylines(mask, many, False, strength, thickness, cv2.LINE_AA, FRACTION_BITS)
        return self._soften(mask, left, top, blur)

    def blend(self, mask: Mask, colour: tuple[float, float, float], strength: float = 1.0) -> None:
        """Paint one colour over the picture where the mask covers."""
        target = self._target(mask)
        cover = (mask.cover * np.float32(strength))[:, :, None]
        target[:] = target + (np.array(colour, np.float32) - target) * cover

    def tint(self, mask: Mask, factor: tuple[float, float, float], strength: float = 1.0) -> None:
        """Multiply the picture by a colour where the mask covers, which keeps its light and shade."""
        target = self._target(mask)
        share = (np.array(factor, np.float32) - 1) * np.float32(strength)
        target[:] = np.minimum(target * (1 + share * mask.cover[:, :, None]), 255)

    def stamp(self, sprite: Floats, middle: Floats, within: Mask) -> None:
        """Paint a premultiplied sprite (rows, columns, 4; coverage 0..1) around a point, inside a mask."""
        target, cover = self._target(within), within.cover
        at = (
            middle * self.scale
            + self.origin
            - (within.left + sprite.shape[1] / 2, within.top + sprite.shape[0] / 2)
        )
        shift = np.array([[1, 0, at[0]], [0, 1, at[1]]])
        moved = cv2.warpAffine(sprite, shift, (cover.shape[1], cover.shape[0])) * cover[:, :, None]
        target[:] = target * (1 - moved[:, :, 3:]) + moved[:, :, :3]

    def _target(self, mask: Mask) -> Bytes:
        height, width = mask.cover.shape
        return self.pixels[mask.top : mask.top + height, mask.left : mask.left + width]

    def _fixed(self, points: Floats) -> NDArray[np.int32]:
        """Points in OpenCV's fixed-point pixels."""
        whole = 1 << FRACTION_BITS
        return np.rint(points * (self.scale * whole) + (self.origin - 0.5) * whole).astype(np.int32)

    def _blank(self, fixed: NDArray[np.int32], margin: float) -> tuple[Bytes, int, int]:
        """An empty mask around the points, with its place."""
        x, y, wide, high = (value / (1 << FRACTION_BITS) for value in cv2.boundingRect(fixed))
        height, width = self.pixels.shape[:2]
        left, top = min(max(0, int(x - margin)), width - 1), min(max(0, int(y - margin)), height - 1)
        right, bottom = int(x + wide + margin) + 1, int(y + high + margin) + 1
        return (
            np.zeros((max(1, min(bottom, height) - top), max(1, min(right, width) - left)), np.uint8),
            left,
            top,
        )

    def _soften(self, mask: Bytes, left: int, top: int, blur: float) -> Mask:
        sigma = blur * self.scale
        if sigma > 0.3:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.uint8)
        return Mask(left, top, mask.astype(np.float32) * np.float32(1 / 255))


def point(x: float, y: float) -> Floats:
    """A place, or a shift of places, in head units."""
    return np.array((x, y), np.float32)


def points(*places: tuple[float, float]) -> Floats:
    """Places (n, 2) in head units."""
    return np.array(places, np.float32)


def curve(*through: tuple[float, float], steps: int = 8, closed: bool = False) -> Floats:
    """A Catmull-Rom curve through the points, `steps` segments between two of them."""
    knots = points(*through)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    weights = _weights(steps)
    count = len(padded) - 3
    window = np.concatenate([padded[i : i + count] for i in range(4)]).reshape(4, -1)
    line = (weights @ window).reshape(steps, count, 2).transpose(1, 0, 2).reshape(-1, 2)
    return line if closed else np.concatenate([line, knots[-1:]])


@lru_cache(maxsize=16)
def _weights(steps: int) -> Floats:
    """The Catmull-Rom basis: how the four knots around a stretch weigh at each step along it."""
    t = np.arange(steps, dtype=np.float32) / steps
    powers = np.stack([np.ones_like(t), t, t * t, t**3], 1)
    basis = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]], np.float32)
    return np.asarray(0.5 * powers @ basis, np.float32)
