"""Crops of faces from the full picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from inference.crops import crop
from models import Crop
from stream.frame import Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAIN, LEVEL = Crop(1.0, "none"), Crop(1.0, "eyes")


def ramp(width: int, height: int) -> NDArray[np.uint8]:
    """Brighter by one from pixel to pixel, right and down."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    return (across + down).astype(np.uint8)


def box(*sides: float) -> NDArray[np.float32]:
    return np.array(sides, np.float32)


def eyes(degrees: float) -> NDArray[np.float32]:
    """Landmarks whose line through the eyes falls by so much to the right."""
    points = np.zeros((5, 2), np.float32)
    points[1] = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return points


def test_a_box_of_the_crops_size_is_copied_pixel_by_pixel() -> None:
    values = np.random.default_rng(0).integers(0, 256, (100, 120), np.uint8)
    assert np.array_equal(crop(Grey(values), box(30, 20, 48, 48), None, PLAIN, 48), values[20:68, 30:78])


def test_the_crop_is_a_square_about_the_box_of_its_longer_side_times_the_scale() -> None:
    grey = Grey(ramp(120, 120))
    tall = crop(grey, box(40, 30, 24, 48), None, PLAIN, 48)
    assert np.array_equal(tall, crop(grey, box(28, 30, 48, 48), None, PLAIN, 48))
    wider = crop(grey, box(46, 48, 12, 24), None, Crop(2.0, "none"), 48)
    assert np.array_equal(wider, crop(grey, box(28, 36, 48, 48), None, PLAIN, 48))


@pytest.mark.parametrize("side", [24, 60, 96, 110])
def test_other_sizes_keep_what_lies_where(side: float) -> None:
    one = crop(Grey(ramp(128, 128)), box(8, 6, side, side), None, PLAIN, 48).astype(float)
    # The ramp at the middle of each pixel of the crop.
    middle = (np.arange(48) + 0.5) * side / 48 - 0.5
    expected = (middle[None] + 8) + (middle[:, None] + 6)
    assert np.abs(one - expected)[1:-1, 1:-1].max() <= 1.5


def test_detail_too_fine_for_the_crop_becomes_grey_not_stripes() -> None:
    board = (np.indices((400, 400)).sum(0) % 2 * 255).astype(np.uint8)
    one = crop(Grey(board), box(10, 10, 380, 380), None, PLAIN, 48)
    assert one.min() > 100
    assert one.max() < 155


def test_beyond_the_edge_the_edge_is_repeated() -> None:
    values = np.full((60, 60), 90, np.uint8)
    values[:, 0] = 200
    one = crop(Grey(values), box(-24, 6, 48, 48), None, PLAIN, 48)
    assert (one[:, :24] == 200).all()
    assert (one[:, 26:] == 90).all()


def test_a_box_wholly_outside_still_gives_a_crop() -> None:
    one = crop(Grey(np.full((60, 60), 77, np.uint8)), box(500, 500, 300, 300), None, PLAIN, 48)
    assert (one == 77).all()


@pytest.mark.parametrize("degrees", [-30, 20, 90])
def test_a_tilted_head_is_turned_upright(degrees: float) -> None:
    upright = cv2.GaussianBlur(np.random.default_rng(5).integers(0, 256, (201, 201), np.uint8), (0, 0), 4)
    # OpenCV turns counter-clockwise for positive angles; the eyes' line then rises to the right.
    turned = cv2.warpAffine(upright, cv2.getRotationMatrix2D((100, 100), -degrees, 1), (201, 201))
    square = box(100.5 - 40, 100.5 - 40, 80, 80)
    level = crop(Grey(np.asarray(turned, np.uint8)), square, eyes(degrees), LEVEL, 48)
    wanted = crop(Grey(np.asarray(upright, np.uint8)), square, eyes(0), LEVEL, 48)
    assert np.abs(level.astype(int) - wanted.astype(int)).mean() < 3


def test_limited_range_is_stretched_to_black_and_white() -> None:
    values = np.full((48, 48), 16, np.uint8)
    values[:, 24:] = 235
    values[0, 0], values[0, 47] = 3, 250
    one = crop(Grey(values, 16, 235), box(0, 0, 48, 48), None, PLAIN, 48)
    assert (one[1:, :24] == 0).all()
    assert (one[1:, 24:] == 255).all()
    assert (one[0, 0], one[0, 47]) == (0, 255)


def test_a_bright_face_of_full_range_is_left_as_it_is() -> None:
    one = crop(Grey(np.full((48, 48), 20, np.uint8)), box(0, 0, 48, 48), None, PLAIN, 48)
    assert (one == 20).all()
