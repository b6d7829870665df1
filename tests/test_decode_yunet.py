"""YuNet's heads into boxes, landmarks and scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from inference.candidates import LayoutError
from inference.decode_yunet import DecodeYuNet
from inference.sessions import open_session
from tests.yunet import OUTPUTS, STRIDES, photographs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDES = (128, 64)
decode = DecodeYuNet(STRIDES, 0.45)


def silent(pictures: int = 1) -> list[NDArray[np.float32]]:
    """Outputs for pictures of 128 x 64 without a face."""
    cells = [SIDES[0] // step * (SIDES[1] // step) for step in STRIDES]
    return [np.zeros((pictures, count, numbers), np.float32) for numbers in (1, 1, 4, 10) for count in cells]


def test_a_picture_without_a_face_gives_none() -> None:
    assert [len(found) for found in decode(silent(3), SIDES, 3, 0.5)] == [0, 0, 0]


def test_a_cell_becomes_a_box_from_its_corner_in_strides() -> None:
    outputs = silent()
    cell = 2 * 8 + 3  # of stride 16, eight across: its corner is (48, 32)
    outputs[1][0, cell] = 0.5
    outputs[4][0, cell] = 0.72
    outputs[7][0, cell] = 0.5, -0.25, math.log(2), math.log(3)
    outputs[10][0, cell, :2] = 0.25, 0.5
    (found,) = decode(outputs, SIDES, 1, 0.5)
    assert found.scores.tolist() == pytest.approx([0.6])
    #                          centre (56, 28), size 32 x 48
    assert found.boxes[0].tolist() == pytest.approx([40, 4, 32, 48], abs=1e-4)
    landmarks = found.landmarks_of(0)
    assert landmarks is not None
    assert landmarks[:2].tolist() == [[52, 40], [48, 32]]


def test_scores_outside_0_to_1_count_as_these() -> None:
    outputs = silent()
    outputs[0][0, 0] = outputs[3][0, 0] = 4.0
    outputs[0][0, 5] = outputs[3][0, 5] = -4.0
    (found,) = decode(outputs, SIDES, 1, 0.3)
    assert found.scores.tolist() == [1.0]


def test_faces_of_several_pictures_stay_apart_and_padding_is_not_read() -> None:
    outputs = silent(4)
    for picture in (0, 2, 3):
        outputs[0][picture, 0] = outputs[3][picture, 0] = 0.9
    assert [len(found) for found in decode(outputs, SIDES, 3, 0.5)] == [1, 0, 1]


def test_outputs_of_another_shape_are_refused_with_both() -> None:
    outputs = silent()
    outputs[6] = outputs[9]
    with pytest.raises(
        LayoutError, match=r"bbox of stride 8 has the shape \(1, 128, 10\), not \(any, 128, 4\)"
    ):
        decode(outputs, SIDES, 1, 0.5)


def test_the_real_model_finds_what_opencv_finds_with_it(data: Path) -> None:
    fixed = data / "reference_models/yunet_n_640_640.onnx"
    session = open_session(data / "reference_models/yunet_n_dynamic.onnx", "cpu", 1)
    reference = cv2.FaceDetectorYN.create(str(fixed), "", (320, 320), 0.5, 0.45, 2000)
    for picture in photographs(data, 12):
        height, width = (side // 32 * 32 for side in picture.shape[:2])
        picture = np.ascontiguousarray(picture[:height, :width])
        outputs = session.run(picture.transpose(2, 0, 1)[None].astype(np.float32), OUTPUTS)
        (found,) = decode(outputs, (width, height), 1, 0.5)
        reference.setInputSize((width, height))
        rows = reference.detect(picture)[1]
        right = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        right = right[np.argsort(-right[:, 14])]
        landmarks = np.zeros((0, 5, 2), np.float32) if found.landmarks is None else found.landmarks
        ours = np.concatenate((found.boxes, landmarks.reshape(-1, 10), found.scores[:, None]), 1)
        assert ours == pytest.approx(right, abs=0.02)
