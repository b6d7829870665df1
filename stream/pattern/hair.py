"""Hair: the part that turns with the head and the part that falls behind the neck, both painted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stream.pattern.cuts import CUTS
from stream.pattern.paint import FRACTION_BITS, curve, point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stream.pattern.looks import Looks
    from stream.pattern.paint import Bytes, Floats

BEHIND = (-1.6, -3.0)  # head units; as far below and to the right of the eyes the picture ends
NARROW = 0.955  # the cuts were drawn for a slightly wider head
FINE = 2  # painted this many times larger, then averaged


class HairPainter:
    """Paints a person's hair into a picture with coverage (rows, columns, 4), BGR premultiplied by it."""

    def __init__(self, looks: Looks, light: tuple[float, float, float]) -> None:
        self.looks, self.cut, self.light = looks, CUTS[looks.hair_style], light
        self.random = np.random.default_rng((looks.texture_seed, 5))

    def front(self, shape: tuple[int, int], scale: float, corner: tuple[float, float]) -> Bytes:
        """The hair on the head; `corner` are the head units of the picture's upper left corner."""
        outer, inner = (_narrowed(curve(*line, steps=6)) for line in (self.cut.outer, self.cut.inner))
        if self.looks.hair_style == "bald":
            sides: list[tuple[Floats, Floats]] = [
                (outer * point(side, 1), inner * point(side, 1)) for side in (-1, 1)
            ]
        else:
            sides = [(_whole(outer), _whole(inner))]
        colour = np.zeros((shape[0] * FINE, shape[1] * FINE, 3), np.uint8)
        cover = np.zeros(colour.shape[:2], np.uint8)
        pen = _Pen(scale * FINE, corner)
        for outside, inside in ((_evenly(out, 96), _evenly(edge, 96)) for out, edge in sides):
            cv2.fillPoly(
                cover, [pen.fixed(np.concatenate([outside, inside[::-1]]))], 255, cv2.LINE_AA, FRACTION_BITS
            )
            self._strands(colour, cover, pen, outside, inside)
        soft = cv2.GaussianBlur(cover, (0, 0), 0.022 * scale * FINE)
        # Long hair in front runs out over the shoulders instead of ending in a line.
        down = (np.arange(len(cover)) / (scale * FINE) + corner[1])[:, None]
        fade = np.clip((1.9 - down) / 0.5, 0, 1)
        return _sprite(colour, (np.maximum(soft, cover // 2) * fade).astype(np.uint8), shape)

    def behind(self, scale: float) -> Bytes | None:
        """What falls behind the neck, its upper left corner at `BEHIND`; None where nothing does."""
        if not self.cut.behind:
            return None
        shape = round(-2 * BEHIND[1] * scale), round(-2 * BEHIND[0] * scale)
        outline = _whole(curve(*self.cut.behind, steps=6))
        colour = np.zeros((shape[0] * FINE, shape[1] * FINE, 3), np.uint8)
        cover = np.zeros(colour.shape[:2], np.uint8)
        pen = _Pen(scale * FINE, BEHIND)
        cv2.fillPoly(cover, [pen.fixed(outline)], 255, cv2.LINE_AA, FRACTION_BITS)
        colour[:] = 0.5 * np.array(self.looks.hair)
        across = self.random.uniform(-1.35, 1.35, self._count(220, pen))
        for x, bgr in zip(
            across.tolist(), self._tones(self.random.uniform(0.35, 0.72, len(across))), strict=True
        ):
            wave = curve((0.9 * x, -1.0), (x, 0.2), (x * 1.02, 1.4), (0.95 * x + 0.05, 2.7), steps=6)
            cv2.polylines(colour, [pen.fixed(wave)], False, bgr, pen.width(0.03), cv2.LINE_AA, FRACTION_BITS)
        soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.03 * scale * FINE), np.uint8)
        return _sprite(colour, soft, shape)

    def _strands(
        self,
        colour: Bytes,
        cover: Bytes,
        pen: _Pen,
        outside: Floats,
        inside: Floats,
    ) -> None:
        colour[cover > 0] = 0.6 * np.array(self.looks.hair)
        if self.cut.curly:
            self._curls(colour, cover, pen, outside, inside)
            return
        if self.cut.short:
            self._short(colour, pen, outside, inside)
            return
        part = round((0.5 + 0.22 * self.cut.parting) * (len(outside) - 1))
        for depth in self.random.permutation(np.linspace(0.0, 1.0, self._count(260, pen))):
            jitter = depth + self.random.normal(0, 0.02, len(outside)).cumsum() * 0.08
            line = outside + (inside - outside) * np.clip(jitter, -0.01, 1.02)[:, None]
            # Strands leave the parting a little towards the crown before they fall to the sides.
            for piece in (line[part:], line[part::-1]):
                self._strand(colour, pen, piece, float(depth))

    def _strand(self, colour: Bytes, pen: _Pen, piece: Floats, depth: float) -> None:
        tone, away, offset = (
            self.random.normal(0, 0.08),
            self.random.normal(0, 0.05),
            int(self.random.integers(0, 3)),
        )
        ring = np.exp(-0.5 * ((depth - 0.40 - away) / 0.15) ** 2)
        starts = np.maximum(np.arange(-offset, len(piece) - 1, 3), 0)
        toward = np.clip(piece[starts] @ np.array([self.light[0], -0.35]), -1, 1)
        shades = 0.66 + tone + 0.20 * toward + 0.40 * ring * np.maximum(0.0, 0.35 + toward)
        shades -= 0.16 * np.exp(-starts / 1.5) + 0.15 * (depth > 0.95)
        fixed, width = pen.fixed(piece), pen.width(0.014)
        for first, bgr in zip(starts.tolist(), self._tones(shades), strict=True):
            cv2.polylines(colour, [fixed[first : first + 5]], False, bgr, width, cv2.LINE_AA, FRACTION_BITS)

    def _short(self, colour: Bytes, pen: _Pen, outside: Floats, inside: Floats) -> None:
        """Short hair: strokes of a finger's breadth, brushed up and to the side."""
        random, count = self.random, self._count(1500, pen)
        depth = np.sort(random.uniform(0, 1, count))[::-1, None]
        index = random.integers(0, len(outside) - 1, count)
        root = inside[index] * depth + outside[index] * (1 - depth)
        along = _unit(outside[index + 1] - outside[index]) * (1.0 if self.cut.parting < 0 else -1.0)
        out, bend = _unit(outside[index] - inside[index]), random.normal(0, 0.25, (count, 1))
        middle = root + 0.05 * (out + (0.7 + bend) * along)
        tip = root + 0.12 * (0.45 * out + (1.0 + bend) * along)
        toward = np.clip(root @ np.array([self.light[0], -0.4]), -1, 1)
        shades = (
            0.62
            + 0.24 * toward
            + random.normal(0, 0.10, count)
            + 0.18 * (1 - depth[:, 0]) * np.maximum(0, toward)
        )
        fixed, width = pen.fixed(np.stack([root, middle, tip], 1)), pen.width(0.014)
        for line, bgr in zip(fixed, self._tones(shades), strict=True):
            cv2.polylines(colour, [line], False, bgr, width, cv2.LINE_AA, FRACTION_BITS)

    def _curls(
        self,
        colour: Bytes,
        cover: Bytes,
        pen: _Pen,
        outside: Floats,
        inside: Floats,
    ) -> None:
        random, count = self.random, 520
        depth = random.uniform(0, 1, (count, 1))
        index = random.integers(0, len(outside), count)
        middle = (
            outside[index] + (inside[index] - outside[index]) * depth + random.normal(0, 0.02, (count, 2))
        )
        turn = np.linspace(0, 1, 10) * random.uniform(3.5, 6.0, (count, 1)) + random.uniform(0, 6, (count, 1))
        radius = random.uniform(0.05, 0.11, (count, 1, 1))
        rings = pen.fixed(middle[:, None] + radius * np.stack([np.cos(turn), np.sin(turn)], 2))
        toward = np.clip(middle @ np.array([self.light[0], -0.35]), -1, 1)
        shades = 0.55 + 0.25 * toward + random.normal(0, 0.14, count)
        for ring, bgr, edge in zip(rings, self._tones(shades), depth[:, 0] < 0.95, strict=True):
            if edge:
                cv2.polylines(cover, [ring], False, 255, pen.width(0.03), cv2.LINE_AA, FRACTION_BITS)
            cv2.polylines(colour, [ring], False, bgr, pen.width(0.028), cv2.LINE_AA, FRACTION_BITS)

    def _tones(self, shades: Floats) -> list[list[float]]:
        """Hair colours (BGR) for shades, 1 being the hair's own and what is above it gleaming."""
        hair = np.array(self.looks.hair) * np.maximum(0.2, shades)[:, None]
        tones: list[list[float]] = np.minimum(hair + np.maximum(0, shades - 0.85)[:, None] * 60, 255).tolist()
        return tones

    def _count(self, most: int, pen: _Pen) -> int:
        """How many hairs a head of this size shows."""
        return round(most * min(1.0, pen.scale / 110))


class _Pen:
    def __init__(self, scale: float, corner: tuple[float, float]) -> None:
        self.scale, self.corner = scale, np.array(corner)

    def fixed(self, points: Floats) -> NDArray[np.int32]:
        pixels = (points - self.corner) * self.scale - 0.5
        return np.asarray(np.round(pixels * (1 << FRACTION_BITS)), np.int32)

    def width(self, units: float) -> int:
        return max(1, round(units * self.scale))


def _unit(vectors: Floats) -> Floats:
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    return np.asarray(vectors / np.maximum(lengths, 1e-3), np.float64)


def _narrowed(line: Floats) -> Floats:
    return line * point(NARROW, 1.0)


def _whole(half: Floats) -> Floats:
    """A curve from the middle to the right side, with its mirror image before it."""
    return np.concatenate([half[::-1] * point(-1, 1), half[1:]])


def _evenly(line: Floats, count: int) -> Floats:
    lengths = np.concatenate([[0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, line[:, 0]), np.interp(at, lengths, line[:, 1])], 1).astype(
        np.float32
    )


def _sprite(colour: Bytes, cover: Bytes, shape: tuple[int, int]) -> Bytes:
    share = cover[:, :, None].astype(np.float32) / 255
    filled = np.concatenate([colour * share, cover[:, :, None].astype(np.float32)], 2)
    small = cv2.resize(filled, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0, 255), np.uint8)
