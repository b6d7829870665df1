"""Painting on a picture: soft filled shapes and strokes in the coordinates of a head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRACTION_BITS = 4


@dataclass(frozen=True, slots=True)
class Mask:
    """A coverage map (0..1) of a part of the picture, `left` and `top` pixels from its corner."""

    left: int
    top: int
    cover: NDArray[np.float32]

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

    def __init__(self, pixels: NDArray[np.uint8], scale: float, origin: tuple[float, float]) -> None:
        self.pixels = pixels
        self.scale = scale
        self.origin = np.array(origin, np.float32)

    def to_pixels(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        return points * np.float32(self.scale) + self.origin

    def shape(self, *outlines: NDArray[np.float32], blur: float = 0.0) -> Mask:
        """The mask of filled outlines, their edge softened by `blur` head units."""
        outlines_px = [self.to_pixels(outline) for outline in outlines]
        mask, corner = self._blank(outlines_px, blur)
        fixed = [_fixed(points - corner) for points in outlines_px]
        for points in fixed:
            cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, FRACTION_BITS)
        return self._soften(mask, corner, blur)

    def strokes(self, lines: list[NDArray[np.float32]], width: float, blur: float = 0.0) -> Mask:
        """The mask of open lines of one width."""
        lines_px = [self.to_pixels(line) for line in lines]
        mask, corner = self._blank(lines_px, blur + width)
        thickness = max(1, round(width * self.scale))
        strength = min(1.0, width * self.scale)
        fixed = [_fixed(points - corner) for points in lines_px]
        cv2.polylines(mask, fixed, False, round(255 * strength), thickness, cv2.LINE_AA, FRACTION_BITS)
        return self._soften(mask, corner, blur)

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

    def _target(self, mask: Mask) -> NDArray[np.uint8]:
        height, width = mask.cover.shape
        return self.pixels[mask.top : mask.top + height, mask.left : mask.left + width]

    def _blank(
        self, outlines: list[NDArray[np.float32]], blur: float
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        margin = 2 + 2.5 * blur * self.scale
        stacked = np.concatenate(outlines)
        height, width = self.pixels.shape[:2]
        low = np.clip(np.floor(stacked.min(0) - margin), 0, (width - 1, height - 1)).astype(int)
        high = np.clip(np.ceil(stacked.max(0) + margin), low + 1, (width, height)).astype(int)
        return np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8), low.astype(np.float32)

    def _soften(self, mask: NDArray[np.uint8], corner: NDArray[np.float32], blur: float) -> Mask:
        sigma = blur * self.scale
        if sigma > 0.3:
            mask = cv2.GaussianBlur(mask, (0, 0), sigma)
        return Mask(int(corner[0]), int(corner[1]), mask.astype(np.float32) * np.float32(1 / 255))


def _fixed(points: NDArray[np.float32]) -> NDArray[np.int32]:
    return np.round((points - 0.5) * (1 << FRACTION_BITS)).astype(np.int32)


def curve(*points: tuple[float, float], steps: int = 8, closed: bool = False) -> NDArray[np.float32]:
    """A Catmull-Rom curve through the points, `steps` segments between two of them."""
    knots = np.array(points, np.float32)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = (np.arange(steps, dtype=np.float32) / steps)[:, None, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i][None] for i in range(4))
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    line = line.transpose(1, 0, 2).reshape(-1, 2)
    return line if closed else np.concatenate([line, knots[-1:]])
