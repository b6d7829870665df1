"""Detections as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.detections import NONE, Detections, joined, overlaps

if TYPE_CHECKING:
    from numpy.typing import NDArray


def boxes(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def test_overlap_is_the_shared_area_over_the_area_of_both() -> None:
    shared = overlaps(boxes((0, 0, 10, 10)), boxes((5, 0, 10, 10), (0, 0, 10, 10), (20, 20, 5, 5)))
    assert shared[0].tolist() == pytest.approx([50 / 150, 1, 0])


def test_boxes_that_lie_apart_in_both_directions_share_nothing() -> None:
    assert overlaps(boxes((0, 0, 10, 10)), boxes((30, 30, 10, 10)))[0, 0] == 0


def test_scaling_moves_boxes_and_landmarks_alike() -> None:
    found = Detections(boxes((1, 2, 3, 4)), np.ones((1, 5, 2), np.float32), np.ones(1, np.float32))
    scaled = found.scaled(2, 3)
    assert scaled.boxes[0].tolist() == [2, 6, 6, 12]
    landmarks = scaled.landmarks_of(0)
    assert landmarks is not None
    assert landmarks[0].tolist() == [2, 3]


def test_a_detector_need_not_mark_landmarks() -> None:
    bare = Detections(boxes((1, 2, 3, 4)), None, np.ones(1, np.float32))
    again = joined(NONE, bare.scaled(2, 2).chosen(slice(1)))
    assert again.boxes[0].tolist() == [2, 4, 6, 8]
    assert again.landmarks_of(0) is None


def test_nothing_found_has_no_faces() -> None:
    assert len(NONE) == 0
    assert len(NONE.scaled(2, 2)) == 0


def found(*faces: tuple[float, float, float, float]) -> Detections:
    """Squares by left, top, side and score."""
    rows = np.array(faces, np.float32).reshape(-1, 4)
    sides = rows[:, 2:3]
    return Detections(
        np.concatenate((rows[:, :2], sides, sides), 1), np.zeros((len(rows), 5, 2), np.float32), rows[:, 3]
    )


def test_a_face_found_twice_is_one_and_the_surer_find_stays() -> None:
    both = joined(found((0, 0, 40, 0.7), (100, 0, 40, 0.9)), found((2, 1, 40, 0.8)))
    assert both.boxes[:, 0].tolist() == [100, 2]
    assert both.scores.tolist() == pytest.approx([0.9, 0.8])


def test_a_part_of_a_face_is_no_face_but_a_face_before_another_is() -> None:
    both = joined(found((0, 0, 100, 0.8)), found((20, 20, 20, 0.7), (90, 20, 40, 0.7)))
    assert both.boxes[:, 0].tolist() == [0, 90]


def test_an_unsure_large_box_does_not_hide_the_faces_in_it() -> None:
    both = joined(found((0, 0, 200, 0.4)), found((20, 20, 40, 0.9), (100, 20, 40, 0.8)))
    assert both.boxes[:, 0].tolist() == [20, 100, 0]


def test_a_small_face_that_one_look_found_before_a_larger_one_stays() -> None:
    both = joined(NONE, found((0, 0, 100, 0.8), (20, 20, 20, 0.7)))
    assert both.boxes[:, 0].tolist() == [0, 20]


def test_faces_found_in_either_look_have_landmarks_only_where_both_have() -> None:
    bare = Detections(boxes((200, 0, 40, 40)), None, np.ones(1, np.float32))
    assert joined(found((0, 0, 40, 0.7)), bare).landmarks is None
    assert joined(found((0, 0, 40, 0.7)), found((99, 0, 40, 0.7))).landmarks is not None


def test_nothing_joined_with_nothing_is_nothing() -> None:
    assert len(joined(NONE, NONE)) == 0
