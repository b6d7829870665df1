"""What is made of a detector's candidates before they count as faces."""

from __future__ import annotations

import numpy as np
import pytest

from inference.candidates import MOST, distinct
from inference.detections import Detections

SIDES = (1280, 704)
FACES = np.array([[5, 5, 60, 60], [200, 5, 60, 60], [400, 5, 60, 60]], np.float32)


def boxes(*rows: tuple[float, float, float, float]) -> Detections:
    return Detections(np.array(rows, np.float32), None, np.full(len(rows), 0.9, np.float32))


@pytest.mark.parametrize("agree", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        (0, 0, np.inf, np.inf),
        (np.nan, 0, 10, 10),
        (-np.inf, 0, 10, 10),
        (0, 0, 1e30, 1e30),
        (9, 9, -4, 20),
        (9, 9, 0, 20),
    ],
)
def test_what_is_no_rectangle_near_the_picture_is_no_face_and_spoils_no_others(
    wrong: tuple[float, float, float, float], agree: bool
) -> None:
    found = boxes(wrong, *map(tuple, FACES.tolist()))
    first, second = distinct(found, np.array([0, 1, 1, 1]), 2, SIDES, 0.45, agree=agree)
    assert len(first) == 0
    assert sorted(second.boxes.tolist()) == FACES.tolist()


@pytest.mark.parametrize("point", [np.nan, np.inf, 1e20])
def test_landmarks_that_lie_nowhere_make_no_face(point: float) -> None:
    landmarks = np.full((3, 5, 2), 30, np.float32)
    landmarks[1, 2, 0] = point
    found = Detections(FACES, landmarks, np.full(3, 0.9, np.float32))
    (kept,) = distinct(found, np.zeros(3, np.intp), 1, SIDES, 0.45)
    assert sorted(kept.boxes[:, 0].tolist()) == [5, 400]


def test_a_score_that_is_no_number_makes_no_face() -> None:
    found = Detections(FACES, None, np.array([0.9, np.nan, 0.8], np.float32))
    (kept,) = distinct(found, np.zeros(3, np.intp), 1, SIDES, 0.45)
    assert kept.scores.tolist() == pytest.approx([0.9, 0.8])


def test_a_picture_full_of_candidates_takes_no_places_of_another() -> None:
    crowd = np.random.default_rng(0).uniform(0, 1200, (4 * MOST, 4))
    crowd[:, 2:] = 20
    found = boxes(*map(tuple, crowd.tolist()), (5, 5, 60, 60))
    found.scores[-1] = 0.6
    owners = np.zeros(len(found), np.intp)
    owners[-1] = 1
    first, second = distinct(found, owners, 2, SIDES, 0.45)
    assert 0 < len(first) <= MOST
    assert second.boxes.tolist() == [[5, 5, 60, 60]]


def test_faces_at_the_same_place_of_two_pictures_are_two() -> None:
    found = distinct(boxes((5, 5, 60, 60), (6, 5, 60, 60)), np.array([0, 1]), 2, SIDES, 0.45, agree=True)
    assert [one.boxes[0, 0] for one in found] == [5, 6]
