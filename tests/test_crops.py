"""Crops of faces from the full picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from inference.crops import crop
from models import Crop
from models.emotion.crop import cropped
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


TEMPLATE = ((0.3266, 0.3775), (0.6734, 0.3775), (0.5, 0.5759), (0.3501, 0.7219), (0.6499, 0.7219))
ALIGNED = Crop(1.0, "eyes", TEMPLATE)


def textured(width: int, height: int, finest: float) -> NDArray[np.uint8]:
    """A picture without detail finer than so many pixels."""
    noise = np.random.default_rng(7).normal(128, 60 * finest, (height, width))
    return np.clip(cv2.GaussianBlur(noise, (0, 0), finest), 0, 255).astype(np.uint8)


def landmarks_in(x: float, y: float, side: float, degrees: float) -> NDArray[np.float32]:
    """The template's points in the square with this centre, side and turn."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.array(((cosine, sine), (-sine, cosine)))
    return np.asarray((np.array(TEMPLATE) - 0.5) * side @ turn + (x, y), np.float32)


def straightforward(
    values: NDArray[np.uint8], x: float, y: float, side: float, degrees: float
) -> NDArray[np.float64]:
    """Each pixel of the crop as the mean of 8 x 8 points spread over it, read from the picture in floats."""
    fine = (np.arange(48 * 8) + 0.5) / (48 * 8) - 0.5
    turn = math.radians(degrees)
    across, down = (
        side * np.array((math.cos(turn), math.sin(turn))),
        side * np.array((-math.sin(turn), math.cos(turn))),
    )
    points = fine[None, :, None] * across + fine[:, None, None] * down + (x - 0.5, y - 0.5)
    points = np.clip(points, 0, (values.shape[1] - 1.001, values.shape[0] - 1.001))
    left, top = np.floor(points).astype(int).transpose(2, 0, 1)
    right_share, lower_share = (points - np.floor(points)).transpose(2, 0, 1)
    upper = values[top, left] * (1 - right_share) + values[top, left + 1] * right_share
    lower = values[top + 1, left] * (1 - right_share) + values[top + 1, left + 1] * right_share
    read = upper * (1 - lower_share) + lower * lower_share
    return np.asarray(read.reshape(48, 8, 48, 8).mean((1, 3)), np.float64)


@pytest.mark.parametrize("degrees", [-40, 0, 15])
@pytest.mark.parametrize("side", [40, 48, 70, 130, 260])
def test_the_template_s_crop_is_that_of_a_plain_computation_in_floats(side: float, degrees: float) -> None:
    # Detail that the crop can show: some of its own pixels wide.
    values = textured(400, 400, 1.5 * max(1.0, side / 48))
    box_ = box(200 - side / 2, 190 - side / 2, side, side)
    one = crop(Grey(values), box_, landmarks_in(203, 196, side * 0.95, degrees), ALIGNED, 48)
    expected = straightforward(values, 203, 196, side * 0.95, degrees)
    difference = np.abs(one.astype(float) - expected)
    assert difference.mean() < 1
    assert difference.max() < 6


@pytest.mark.parametrize("degrees", [-40, 0, 15])
@pytest.mark.parametrize("side", [30, 48, 100, 300])
def test_the_recipe_crops_as_the_product_does(side: float, degrees: float) -> None:
    values = textured(400, 400, 1.5 * max(1.0, side / 48))
    box_ = box(200 - side / 2, 190 - side / 2, side, side)
    landmarks = landmarks_in(203, 196, side * 0.95, degrees)
    for rule in (ALIGNED, LEVEL, PLAIN):
        ours = crop(Grey(values), box_, landmarks, rule, 48).astype(int)
        recipe = cropped(values, box_, landmarks, rule).astype(int)
        assert np.abs(ours - recipe).mean() < 1


def test_a_face_at_the_edge_of_the_picture_repeats_the_edge_under_a_template() -> None:
    values = np.full((60, 60), 90, np.uint8)
    values[:, 0] = 200
    one = crop(Grey(values), box(-24, 6, 48, 48), landmarks_in(0, 30, 48, 0), ALIGNED, 48)
    assert (one[:, :23] == 200).all()
    assert (one[:, 26:] == 90).all()


def test_a_picture_in_colour_is_cropped_in_colour_as_its_planes_would_be() -> None:
    planes = [textured(200, 200, finest) for finest in (2, 3, 4)]
    picture = np.ascontiguousarray(np.stack(planes, -1))
    landmarks = landmarks_in(100, 100, 130, 10)
    one = crop(picture, box(40, 40, 120, 120), landmarks, ALIGNED, 64)
    assert one.shape == (64, 64, 3)
    for index, plane in enumerate(planes):
        alone = crop(Grey(plane), box(40, 40, 120, 120), landmarks, ALIGNED, 64)
        assert np.abs(one[..., index].astype(int) - alone.astype(int)).max() <= 1
