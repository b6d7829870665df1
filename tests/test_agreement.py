"""Where a face is, when several candidates mean it."""

import numpy as np
import pytest

from inference.agreement import agreed
from inference.detections import Detections

#            0    the best
#             1   one that nearly covers it
#                      2   one elsewhere
BOXES = np.array([[0, 0, 10, 10], [2, 0, 10, 10], [50, 0, 10, 10]], np.float32)
SCORES = np.array([0.9, 0.6, 0.5], np.float32)
KEPT = np.array([0, 2])


def candidates(*, marked: bool = True) -> Detections:
    landmarks = BOXES[:, None, :2] + np.arange(10, dtype=np.float32).reshape(1, 5, 2)
    return Detections(BOXES, landmarks if marked else None, SCORES)


def test_a_face_lies_between_its_candidates_nearer_to_the_surer() -> None:
    faces = agreed(candidates(), KEPT)
    shared = 80 / 120
    left = 2 * 0.6 * shared / (0.9 + 0.6 * shared)
    assert faces.boxes[0].tolist() == pytest.approx([left, 0, 10, 10])
    assert faces.landmarks is not None
    assert faces.landmarks[0, 0].tolist() == pytest.approx([left, 1])
    assert faces.scores.tolist() == pytest.approx([0.9, 0.5])


def test_a_face_alone_stays_where_it_is() -> None:
    faces = agreed(candidates(), KEPT)
    assert faces.boxes[1].tolist() == [50, 0, 10, 10]


def test_a_box_without_an_area_is_no_division_by_nothing() -> None:
    flat = Detections(np.zeros((1, 4), np.float32), None, np.zeros(1, np.float32))
    assert agreed(flat, np.array([0])).boxes.tolist() == [[0, 0, 0, 0]]


def test_a_detector_without_landmarks_gets_none() -> None:
    assert agreed(candidates(marked=False), KEPT).landmarks is None


def test_no_faces_are_none() -> None:
    nothing = candidates().chosen(np.zeros(0, np.intp))
    assert len(agreed(nothing, np.zeros(0, np.intp))) == 0
