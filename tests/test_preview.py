"""Previews: the shape, the times and the faces of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from inference.options import PreviewOptions
from inference.preview import Preview, preview_of
from inference.reading import Reading
from stream.array_pixels import ArrayPixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL = PreviewOptions()


def made(
    width: int = 1280,
    height: int = 720,
    options: PreviewOptions = USUAL,
    hidden: NDArray[np.float32] | None = None,
) -> Preview:
    """Of a picture that is smooth from left to right and finely striped on its right half."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:] = np.linspace(0, 255, width).astype(np.uint8)[None, :, None]
    picture[::8, width // 2 :] = 255 - picture[::8, width // 2 :]
    reading = Reading("lobby", 7, 12.0, 1_790_000_000.0, 1.5, width, height, ())
    return preview_of(reading, ArrayPixels(picture), hidden, options)


def decoded(preview: Preview) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(preview.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        ((1280, 720), (640, 360)),
        ((720, 1280), (360, 640)),  # upright
        ((640, 360), (640, 360)),
        ((320, 240), (320, 240)),  # never up
        ((1920, 1080), (640, 360)),
        ((1920, 2), (640, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_longer_side_fits_and_the_shape_stays(frame: tuple[int, int], shown: tuple[int, int]) -> None:
    preview = made(*frame)
    height, width = decoded(preview).shape[:2]
    assert (width, height) == shown
    assert (preview.width, preview.height) == frame


def test_a_preview_says_of_which_reading_it_is() -> None:
    preview = made()
    assert (preview.stream, preview.sequence, preview.captured, preview.mode) == ("lobby", 7, 12.0, "full")
    assert preview.captured_utc == 1_790_000_000.0


def test_the_whole_picture_is_shown_as_it_is() -> None:
    picture = decoded(made()).astype(int)
    expected = np.linspace(0, 255, 640)[:300]
    assert np.abs(picture[180, :300, 1] - expected).max() < 6


def test_a_hidden_place_is_named_in_the_pixels_of_the_frame() -> None:
    hidden = np.array([[800, 200, 240, 240]], np.float32)
    full, blurred = decoded(made()), decoded(made(hidden=hidden))
    place = (slice(104, 216), slice(404, 516))  # half the size, within the JPEG's blocks at its edge
    assert full[place].std(axis=0).max() > 20  # stripes
    detail = [np.abs(np.diff(shown[place].astype(int), axis=0)).mean() for shown in (full, blurred)]
    assert detail[1] < 0.2 * detail[0]
    far = (slice(0, 88), slice(0, 640))
    assert (blurred[far] == full[far]).all()
    assert made(hidden=hidden).mode == "blurred"


def test_a_better_quality_takes_more_bytes() -> None:
    rough, fine = (made(options=PreviewOptions(quality=quality)) for quality in (40, 95))
    assert len(fine.jpeg) > len(rough.jpeg)


def test_where_nothing_is_to_be_hidden_the_picture_is_still_of_the_blurred_kind() -> None:
    preview = made(hidden=np.empty((0, 4), np.float32))
    assert preview.mode == "blurred"
    assert (decoded(preview) == decoded(made())).all()
