"""Pictures in a model's input tensor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.tensor import Tensor, Tensors
from tests.networks import EMOTION_INPUT, FACE_INPUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANDOM = np.random.default_rng(1)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return RANDOM.integers(1, 255, (height, width, 3), np.uint8)


def test_a_colour_picture_lies_plane_by_plane_in_the_upper_left() -> None:
    tensor, one = Tensor(FACE_INPUT, 2, 64, 32), picture(60, 30)
    tensor.put(1, one)
    assert tensor.values.dtype == np.float32
    assert np.array_equal(tensor.values[1, :, :30, :60], one.transpose(2, 0, 1))
    assert tensor.values[1, :, 30:].max() == tensor.values[1, :, :, 60:].max() == tensor.values[0].max() == 0


def test_a_smaller_picture_leaves_nothing_of_the_larger_one_before_it() -> None:
    tensor, small = Tensor(FACE_INPUT, 1, 64, 32), picture(40, 20)
    tensor.put(0, picture(64, 32))
    tensor.put(0, small)
    fresh = Tensor(FACE_INPUT, 1, 64, 32)
    fresh.put(0, small)
    assert np.array_equal(tensor.values, fresh.values)


def test_a_model_may_want_bytes_pixel_by_pixel() -> None:
    tensor, one = Tensor(replace(FACE_INPUT, dtype="uint8", layout="NHWC"), 1, 64, 32), picture(64, 32)
    tensor.put(0, one)
    assert tensor.values.dtype == np.uint8
    assert np.array_equal(tensor.values[0], one)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_pixels_are_normalised_as_the_manifest_says(layout: str) -> None:
    wanted = replace(EMOTION_INPUT, layout=layout, mean=(128.0,), scale=(1 / 64,))
    tensor = Tensor(wanted, 1, 2, 1)
    for _ in range(2):  # the second time over the first's values
        tensor.put(0, np.array([[0, 255]], np.uint8))
    assert tensor.values.ravel().tolist() == pytest.approx([-2, 127 / 64])


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_colours_lie_in_the_order_that_the_model_wants(layout: str) -> None:
    wanted = replace(FACE_INPUT, colour="rgb", layout=layout, mean=(10.0, 20.0, 30.0), scale=(1.0, 0.5, 0.25))
    tensor = Tensor(wanted, 1, 1, 1)
    tensor.put(0, np.array([[[1, 2, 3]]], np.uint8))  # blue, green, red
    assert tensor.values.ravel().tolist() == [3 - 10, (2 - 20) / 2, (1 - 30) / 4]


def test_a_grey_picture_fills_three_colours_and_a_coloured_one_a_grey_model() -> None:
    coloured, grey = Tensor(FACE_INPUT, 1, 2, 1), Tensor(EMOTION_INPUT, 1, 2, 1)
    coloured.put(0, np.array([[7, 9]], np.uint8))
    grey.put(0, np.array([[[7, 7, 7], [9, 9, 9]]], np.uint8))
    assert coloured.values[0, :, 0].tolist() == [[7, 9]] * 3
    assert grey.values.ravel().tolist() == [7, 9]


def test_tensors_are_kept_for_the_shapes_last_used() -> None:
    tensors = Tensors(FACE_INPUT, kept=2)
    first, second = tensors.get(1, 32, 32), tensors.get(2, 32, 32)
    assert tensors.get(1, 32, 32) is first
    tensors.get(4, 32, 32)  # pushes the second out, which was used longer ago
    assert tensors.get(1, 32, 32) is first
    assert tensors.get(2, 32, 32) is not second


def test_a_single_picture_that_is_as_the_model_wants_it_is_not_copied() -> None:
    plain = replace(FACE_INPUT, layout="NHWC", dtype="uint8")
    one = picture(64, 32)
    assert np.shares_memory(Tensors(plain).only(one, 64, 32), one)
    smaller = Tensors(plain).only(one, 96, 32)
    assert smaller.shape == (1, 32, 96, 3)
    assert np.array_equal(smaller[0, :, :64], one)
    assert not smaller[0, :, 64:].any()
    others = (
        replace(plain, colour="rgb"),
        replace(plain, mean=(1.0,)),
        replace(plain, scale=(2.0,)),
        FACE_INPUT,
    )
    for other in others:
        expected = Tensor(other, 1, 64, 32)
        expected.put(0, one)
        assert np.array_equal(Tensors(other).only(one, 64, 32), expected.values)
