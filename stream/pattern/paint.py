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

    def shape(self, outlines: Floats, blur: float = 0.0) -> Mask:
        """The mask of filled outlines, one (points, 2) or many, their edges softened by `blur` head units."""
        mask, many, left, top = self._prepared(outlines, 2 + 2.5 * blur * self.scale)
        cv2.fillPoly(mask, many, 255, cv2.LINE_AA, FRACTION_BITS)
        return self._soften(mask, left, top, blur)

    def strokes(self, lines: Floats, width: float, blur: float = 0.0) -> Mask:
        """The mask of open lines of one width, one (points, 2) or many (lines, points, 2)."""
        mask, many, left, top = self._prepared(lines, 2 + (2.5 * blur + width) * self.scale)
        pixels = width * self.scale
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
        left, top = (middle * self.scale + self.origin - (sprite.shape[1] / 2, sprite.shape[0] / 2)).tolist()
        whole_left, whole_top = int(left), int(top)
        size = sprite.shape[1] + 1, sprite.shape[0] + 1
        shift = np.array([[1, 0, left - whole_left], [0, 1, top - whole_top]])
        place = Mask(whole_left, whole_top, np.ones(size[::-1], np.float32)).clipped(within)
        moved = cv2.warpAffine(sprite, shift, size) * place.cover[:, :, None]
        target = self._target(place)
        target[:] = target * (1 - moved[:, :, 3:]) + moved[:, :, :3]

    def _target(self, mask: Mask) -> Bytes:
        height, width = mask.cover.shape
        return self.pixels[mask.top : mask.top + height, mask.left : mask.left + width]

    def _prepared(self, lines: Floats, margin: float) -> tuple[Bytes, list[NDArray[np.int32]], int, int]:
        """An empty mask around the lines, the lines in its fixed-point pixels, and its place."""
        whole = 1 << FRACTION_BITS
        fixed = np.rint(lines * (self.scale * whole) + (self.origin - 0.5) * whole).astype(np.int32)
        x, y, wide, high = (value / whole for value in cv2.boundingRect(fixed.reshape(-1, 2)))
        height, width = self.pixels.shape[:2]
        left, top = min(max(0, int(x - margin)), width - 1), min(max(0, int(y - margin)), height - 1)
        right, bottom = int(x + wide + margin) + 1, int(y + high + margin) + 1
        mask = np.zeros((max(1, min(bottom, height) - top), max(1, min(right, width) - left)), np.uint8)
        fixed -= (left << FRACTION_BITS, top << FRACTION_BITS)
        return mask, list(fixed) if fixed.ndim == 3 else [fixed], left, top

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
