"""Our own model's outputs into boxes, landmarks and scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.candidates import MOST, LayoutError
from inference.decode_cells import DecodeCells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.detections import Detections

STRIDES = (8, 16, 32)


def silent(pictures: int = 1) -> list[NDArray[np.float32]]:
    """Outputs for pictures of 128 x 64 without a face."""
    outputs: list[NDArray[np.float32]] = []
    for step in STRIDES:
        outputs.append(np.zeros((pictures, 15, 64 // step, 128 // step), np.float32))
        outputs[-1][:, 0] = -9
    return outputs


def decode(outputs: list[NDArray[np.float32]], pictures: int, threshold: float) -> list[Detections]:
    sides = outputs[0].shape[3] * STRIDES[0], outputs[0].shape[2] * STRIDES[0]
    return DecodeCells(STRIDES, 0.45)(outputs, sides, pictures, threshold)


def test_a_picture_without_a_face_gives_none() -> None:
    assert [len(found) for found in decode(silent(3), 3, 0.5)] == [0, 0, 0]


def test_a_cell_becomes_a_box_about_its_centre_in_strides() -> None:
    outputs = silent()
    cell = outputs[1][0, :, 2, 3]  # stride 16: the cell's centre is (56, 40)
    cell[0] = 0.0
    cell[1:3] = 0.5, -0.25
    cell[3:5] = math.log(1 / 3), math.log(2 / 3)
    cell[5:7] = 0.25, 0.5
    (found,) = decode(outputs, 1, 0.4)
    assert found.scores.tolist() == [0.5]
    #                          centre (64, 36), size 16 x 32
    assert found.boxes[0].tolist() == pytest.approx([56, 20, 16, 32], abs=1e-4)
    landmarks = found.landmarks_of(0)
    assert landmarks is not None
    assert landmarks[0].tolist() == pytest.approx([56 + 8, 40 + 16])
    assert landmarks[1].tolist() == pytest.approx([56, 40])


def test_scores_at_or_below_the_threshold_are_left_out() -> None:
    outputs = silent()
    outputs[0][0, 0, 0, 0] = 0.0  # a score of exactly one half
    assert len(decode(outputs, 1, 0.5)[0]) == 0
    assert len(decode(outputs, 1, 0.49)[0]) == 1


def test_boxes_that_overlap_are_one_face_where_they_agree_it_is() -> None:
    outputs = silent()
    outputs[2][0, 0, 0, 1:3] = 1.0, 2.0  # boxes of 96 px, 32 px apart
    outputs[0][0, 0, 7, 0] = 0.5  # a box of 24 px elsewhere
    (found,) = decode(outputs, 1, 0.3)
    assert found.boxes[:, 2].tolist() == [96, 24]
    sure, less = 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1))
    # The other has half of its area in common with the best, and so half a say.
    assert found.scores[0] == pytest.approx(sure)
    assert found.boxes[0, 0] == pytest.approx((32 * sure + 0 * less / 2) / (sure + less / 2))


def test_faces_at_the_same_place_of_two_pictures_do_not_thin_each_other() -> None:
    outputs = silent(3)
    outputs[1][0, 0, 1, 1] = 1.0
    outputs[1][2, 0, 1, 1] = 2.0
    first, second, third = decode(outputs, 3, 0.3)
    assert (len(first), len(second), len(third)) == (1, 0, 1)
    assert third.scores[0] > first.scores[0]


def test_pictures_that_only_pad_the_batch_are_not_read() -> None:
    outputs = silent(4)
    outputs[1][3, 0, 1, 1] = 2.0
    assert [len(found) for found in decode(outputs, 3, 0.3)] == [0, 0, 0]


def test_the_faces_of_a_picture_come_in_falling_order_of_confidence() -> None:
    outputs = silent()
    outputs[0][0, 0, [0, 4, 7], [0, 8, 15]] = 0.5, 2.0, 1.0
    (found,) = decode(outputs, 1, 0.3)
    assert len(found) == 3
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def test_noise_in_every_cell_costs_no_more_than_the_best_cells() -> None:
    outputs = [np.zeros((1, 15, 640 // step, 640 // step), np.float32) for step in STRIDES]
    for output in outputs:
        output[:, 3:5] = -3
    outputs[0][0, 0, 79, 79] = 1.0
    (found,) = decode(outputs, 1, 0.3)
    assert 1 <= len(found) <= MOST
    assert found.boxes[0, 0] > 600


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_any_threshold_from_0_to_1_can_be_asked_for(threshold: float) -> None:
    assert bool(len(decode(silent(), 1, threshold)[0])) == (threshold == 0)


def test_outputs_of_another_shape_are_refused_with_both() -> None:
    outputs = silent()
    outputs[1] = outputs[1][:, :14]
    with pytest.raises(LayoutError, match=r"stride 16 has the shape \(1, 14, 4, 8\), not \(any, 15, 4, 8\)"):
        decode(outputs, 1, 0.5)
