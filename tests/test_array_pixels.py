"""Pictures that are arrays."""

from __future__ import annotations

import numpy as np
import pytest

from stream.array_pixels import ArrayPixels
from tests.videos import level, picture


def test_the_picture_itself_is_not_copied() -> None:
    drawn = picture(3)
    pixels = ArrayPixels(drawn)
    assert (pixels.width, pixels.height) == (160, 120)
    assert pixels.bgr(160, 120) is drawn


def test_it_is_scaled_and_grey() -> None:
    pixels = ArrayPixels(picture(3))
    assert pixels.bgr(40, 30).shape == (30, 40, 3)
    assert pixels.bgr(320, 240).shape == (240, 320, 3)
    grey = pixels.grey()
    assert (grey.black, grey.white) == (0, 255)
    assert grey.values[60, 20] == level(3)


@pytest.mark.parametrize("shape", [(120, 160), (120, 160, 4)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="height, width, 3"):
        ArrayPixels(np.zeros(shape, np.uint8))


def test_however_small_it_is_wanted_it_shows_the_same() -> None:
    across = np.linspace(0, 255, 1001, dtype=np.float32)
    pixels = ArrayPixels(np.tile(across.astype(np.uint8)[:, None], (701, 1, 3)))
    for width, height in ((1000, 700), (500, 350), (499, 349), (250, 175), (101, 71), (7, 5), (1, 1)):
        small = pixels.bgr(width, height)
        assert small.shape == (height, width, 3)
        expected = (np.arange(width) + 0.5) / width * 255
        assert np.abs(small[height // 2, :, 0] - expected).max() < 2 + 255 / width
