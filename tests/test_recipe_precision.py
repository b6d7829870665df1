"""Precision, landmark errors and times of detectors."""

import numpy as np
import pytest

from models.face import timing
from models.face.faces import Faces, faces_of, no_faces
from models.face.finder import Found, agreed
from models.face.landmark_error import landmark_errors
from models.face.precision import curve, matched

POINTS = [[2.0, 4.0], [12.0, 4.0], [7.0, 8.0], [3.0, 12.0], [11.0, 12.0]]
RIGHT = np.array((1, 0), np.float32)


def there(*places: float, size: float = 20) -> Faces:
    """Faces side by side, from these pixels on."""
    boxes = [[place, 0, size, size] for place in places]
    return faces_of(boxes, [None] * len(boxes), [1.0] * len(boxes), [True] * len(boxes))


def finds(*places: tuple[float, float], size: float = 20) -> Found:
    """Finds at (left, score), best first."""
    boxes = np.array([[left, 0, size, size] for left, _ in places], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score in places], np.float32)
    return Found(boxes, np.zeros((len(boxes), 5, 2), np.float32), scores)


def everyone(faces: Faces) -> np.ndarray:
    return np.ones(len(faces), bool)


def test_each_face_is_found_once() -> None:
    assert matched(finds((0, 0.9), (1, 0.8), (100, 0.7)), there(0, 50), 0.5) == [0, None, None]


def test_finds_of_one_face_become_one_between_them() -> None:
    found = agreed(finds((0, 0.9), (4, 0.6), (100, 0.5)))
    share = 0.6 * 16 / 24
    assert found.boxes[:, 0].tolist() == pytest.approx([4 * share / (0.9 + share), 100])
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])


def test_average_precision_is_the_area_under_the_best_precision() -> None:
    faces = there(0, 50)
    found = finds((0, 0.9), (200, 0.8), (50, 0.7))
    result = curve([found], [faces], [everyone(faces)])
    assert result.right.tolist() == [True, False, True]
    assert result.recall.tolist() == [0.5, 0.5, 1]
    assert result.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert result.at(0.75) == (0.5, 0.5)


def test_faces_that_do_not_count_are_neither_right_nor_wrong_to_find() -> None:
    faces = there(0, 50)
    found = finds((50, 0.9), (0, 0.8))
    only_first = curve([found], [faces], [np.array([True, False])])
    assert only_first.right.tolist() == [True]
    assert only_first.average_precision == 1


def test_small_finds_of_nothing_are_not_held_against_a_detector() -> None:
    result = curve([finds((0, 0.9), size=12)], [no_faces()], [np.zeros(0, bool)])
    assert len(result.scores) == 0


def test_recall_by_height_stops_at_the_false_finds_allowed() -> None:
    faces = there(0, 50)
    found = finds((0, 0.9), (200, 0.8), (300, 0.7), (50, 0.6))
    result = curve([found], [faces], [everyone(faces)])
    assert result.recall_within(16, 24, false_per_picture=1) == 0.5
    assert result.recall_within(16, 24, false_per_picture=2) == 1
    assert result.recall_within(24, 40, false_per_picture=2) == 0


def test_landmark_errors_are_in_eye_distances() -> None:
    marks = np.array([POINTS], np.float32)
    found = Found(np.array([[0, 0, 20, 20]], np.float32), marks + RIGHT, np.array([0.9], np.float32))
    errors = landmark_errors([found], [np.array([[0, 0, 20, 20]], np.float32)], [marks], 0.5)
    assert errors.median == pytest.approx(0.1)
    assert errors.shift == pytest.approx((0.1, 0))
    assert errors.points["nose"] == pytest.approx(0.1)
    assert len(errors.between(16, 24)) == 1
    assert len(errors.between(24, 40)) == 0


def test_faces_found_elsewhere_or_hardly_have_no_landmark_error() -> None:
    marks = np.array([POINTS], np.float32)
    box = np.array([[0, 0, 20, 20]], np.float32)
    away = Found(box + 100, marks, np.array([0.9], np.float32))
    unsure = Found(box, marks, np.array([0.3], np.float32))
    for found in (away, unsure):
        assert len(landmark_errors([found], [box], [marks], 0.5)) == 0


def test_detectors_are_timed_in_turns() -> None:
    order: list[str] = []
    runs = {name: (lambda name=name: order.append(name)) for name in "ab"}
    times = timing.milliseconds(runs, rounds=2)
    turns = [name for index, name in enumerate(order) if index == 0 or name != order[index - 1]]
    assert turns == ["a", "b", "a", "b", "a", "b"]
    assert {name: len(rounds) for name, rounds in times.items()} == {"a": 2, "b": 2}
    assert timing.ratio([1, 3, 100], [4, 6, 8]) == 0.5
