"""Readings made up for tests of what is made of them."""

from __future__ import annotations

import numpy as np

from inference import Box, Face, Reading
from inference.measured import Measured
from stream import Frame
from stream.array_pixels import ArrayPixels

HAPPY = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
NEUTRAL = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
SAD = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def face(
    scores: tuple[float, ...] = HAPPY,
    track: int = 1,
    box: tuple[float, float, float, float] = (10.2, 20.7, 50.0, 60.0),
    quality: float = 0.8,
) -> Face:
    return Face(track, Box(*box), (), 0.9, quality, scores)


def reading(number: int, pts: float | None, *faces: Face, size: tuple[int, int] = (640, 360)) -> Reading:
    return Reading("clip", number, 0.0, 0.0, pts, *size, faces)


def measured(made: Reading) -> Measured:
    pixels = ArrayPixels(np.zeros((made.height, made.width, 3), np.uint8))
    frame = Frame(made.stream, made.sequence, made.captured, made.captured_utc, made.pts, pixels)
    return Measured(made, frame, np.empty((0, 4), np.float32))
