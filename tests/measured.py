"""Readings of one happy face as an analysis hands them to its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aggregation import Aggregator
from inference import Box, Face, Reading
from inference.measured import Measured
from stream import Frame, SourceInfo
from stream.array_pixels import ArrayPixels

if TYPE_CHECKING:
    from semblance.output import Output

INFO = SourceInfo(640, 360, 25.0, "h264")
PICTURE = SourceInfo(640, 360, None, "image")
HAPPY = (0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0)


def reading(number: int, pts: float | None) -> Reading:
    face = Face(7, Box(10.2, 20.7, 50.0, 60.0), (), 0.9, 0.8, HAPPY)
    return Reading("x", number, 0.0, 0.0, pts, 640, 360, (face,))


def measured(number: int, pts: float | None) -> Measured:
    return of(reading(number, pts))


def of(made: Reading) -> Measured:
    pixels = ArrayPixels(np.zeros((360, 640, 3), np.uint8))
    frame = Frame(made.stream, made.sequence, made.captured, made.captured_utc, made.pts, pixels)
    return Measured(made, frame, np.empty((0, 4), np.float32))


async def play(output: Output, seconds: float, file: str = "clip.mp4") -> None:
    """A video of one happy face, as an analysis writes it."""
    await output.begin(file, INFO)
    aggregator = Aggregator(file, output.windows(INFO), expected_interval=0.04)
    for number in range(round(seconds * 25)):
        for summary in aggregator.add(reading(number, number / 25), number / 25):
            await output.summary(summary)
        await output.reading(measured(number, number / 25))
    for summary in aggregator.finish():
        await output.summary(summary)
    await output.end(picture=False)


async def show(output: Output, made: Reading, file: str = "p.jpg") -> None:
    """A picture."""
    await output.begin(file, PICTURE)
    await output.reading(of(made))
    await output.end(picture=True)
