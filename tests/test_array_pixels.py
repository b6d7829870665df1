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
