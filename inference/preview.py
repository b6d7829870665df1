"""Previews: the measured frame as a small JPEG, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import cv2
import numpy as np

from inference.mosaic import pixelate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.options import PreviewOptions
    from inference.reading import Reading
    from stream.frame import Pixels

Shown: TypeAlias = Literal["full", "blurred"]
"""The modes in which there is a picture."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The frame of the reading with the same stream and sequence.

    `width` and `height` are the measured frame's, those that the reading's boxes are in; the JPEG has the
    same shape and may be smaller.
    """

    stream: str
    sequence: int
    captured: float
    captured_utc: float
    width: int
    height: int
    mode: Shown
    jpeg: bytes


def preview_of(
    reading: Reading, pixels: Pixels, hidden: NDArray[np.float32] | None, options: PreviewOptions
) -> Preview:
    """The picture of this reading; with `hidden` (n, 4), in the frame's pixels, those places are a mosaic.

    Takes milliseconds; may be called from any thread that has the frame to itself.
    """
    width, height = _fitted(pixels.width, pixels.height, options.width)
    picture = pixels.bgr(width, height)
    if hidden is not None:
        factors = np.array((width / pixels.width, height / pixels.height) * 2, np.float32)
        picture = pixelate(picture, hidden * factors)
    return Preview(
        stream=reading.stream,
        sequence=reading.sequence,
        captured=reading.captured,
        captured_utc=reading.captured_utc,
        width=reading.width,
        height=reading.height,
        mode="full" if hidden is None else "blurred",
        jpeg=_jpeg(picture, options.quality),
    )


def _fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """The same shape with sides of `longest` pixels at most; never larger."""
    factor = min(1.0, longest / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not encoded:
        raise RuntimeError(f"OpenCV could not make a JPEG of a picture of {picture.shape}.")
    return data.tobytes()
