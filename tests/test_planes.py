"""Parts of decoded pictures: what the whole shows there, whatever the format and however turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from stream.array_pixels import ArrayPixels
from stream.frame import Part
from stream.pixels import AvPixels, Scaler
from stream.planes import has_planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

PART = Part(48, 32, 96, 64)


def picture() -> NDArray[np.uint8]:
    """Soft colours, different everywhere."""
    coarse = np.random.default_rng(5).integers(20, 235, (3, 4, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (240, 160), interpolation=cv2.INTER_CUBIC), np.uint8)


def decoded(layout: str, space: int = 2, levels: int = 0) -> VideoFrame:
    frame = VideoFrame.from_ndarray(picture(), format="bgr24")
    frame = frame.reformat(format=layout, dst_colorspace=Colorspace.DEFAULT)
    frame.colorspace = space
    if levels:
        frame.color_range = levels
    return frame


def differs(pixels: AvPixels, part: Part) -> float:
    """By how much the part is another than in the whole picture, in levels on average."""
    whole = pixels.bgr(pixels.width // part.shrink, pixels.height // part.shrink)
    left, top = part.left // part.shrink, part.top // part.shrink
    wanted = whole[top : top + part.height // part.shrink, left : left + part.width // part.shrink]
    made = pixels.part(part)
    assert made.shape == wanted.shape
    return float(np.abs(made.astype(int) - wanted).mean())


@pytest.mark.parametrize(
    "layout", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv410p", "nv12", "nv21", "yuv420p10le", "gray"]
)
def test_a_part_looks_as_it_does_in_the_whole(layout: str) -> None:
    pixels = AvPixels(decoded(layout), Scaler())
    assert differs(pixels, PART) < 3
    assert differs(pixels, Part(48, 32, 96, 64, 2)) < 3
    assert differs(pixels, Part(0, 0, 240, 160, 4)) < 3


def test_the_usual_formats_are_read_by_their_planes() -> None:
    assert has_planes(decoded("yuv420p"))
    assert has_planes(decoded("nv12"))
    assert not has_planes(decoded("yuv420p10le"))


@pytest.mark.parametrize("space", [1, 2, 6, 9])
@pytest.mark.parametrize("levels", [ColorRange.MPEG, ColorRange.JPEG])
def test_colours_are_those_that_the_stream_names(space: int, levels: int) -> None:
    assert differs(AvPixels(decoded("yuv420p", space, int(levels)), Scaler()), PART) < 3


class Turned(AvPixels):
    """As if the medium said so."""

    def __init__(self, frame: VideoFrame, quarters: int) -> None:
        super().__init__(frame, Scaler())
        self._quarter_turns = quarters


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_part_is_of_the_picture_as_it_is_seen(quarters: int) -> None:
    pixels = Turned(decoded("yuv420p"), quarters)
    assert differs(pixels, Part(16, 60, 64, 80)) < 3
    assert differs(pixels, Part(16, 60, 64, 80, 2)) < 3


def test_a_part_of_an_array_is_cut_and_averaged() -> None:
    pixels = ArrayPixels(picture())
    assert (pixels.part(PART) == picture()[32:96, 48:144]).all()
    assert pixels.part(Part(48, 32, 96, 64, 2)).shape == (32, 48, 3)
