"""Detections as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.detections import NONE, Detections, overlaps

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
    assert scaled.landmarks[0, 0].tolist() == [2, 3]


def test_nothing_found_has_no_faces() -> None:
    assert len(NONE) == 0
    assert len(NONE.scaled(2, 2)) == 0
