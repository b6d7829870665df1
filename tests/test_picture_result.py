"""The Emotion API's answer to a picture."""

import pytest

from inference import EMOTIONS
from tests.readings import face
from web.emotion.picture_result import given_result, picture_result
from web.emotion.rectangles import Rectangle


def test_faces_come_largest_first_with_whole_pixels_and_alphabetical_scores() -> None:
    result = picture_result([face(box=(1.4, 2.6, 20.0, 20.0)), face(box=(5.0, 5.0, 30.4, 29.6))], (100, 100))
    assert [entry["faceRectangle"]["width"] for entry in result] == [30, 20]
    assert result[1]["faceRectangle"] == {"left": 1, "top": 3, "width": 20, "height": 20}
    assert all(type(value) is int for entry in result for value in entry["faceRectangle"].values())
    assert [tuple(entry["scores"]) for entry in result] == [EMOTIONS, EMOTIONS]
    assert sum(result[0]["scores"].values()) == pytest.approx(1.0)
    assert [list(entry) for entry in result] == [["faceRectangle", "scores"]] * 2


def test_no_face_is_an_empty_array() -> None:
    assert picture_result([], (100, 100)) == []


def test_a_rectangle_ends_at_the_edge_of_the_picture() -> None:
    over = face(box=(-10.0, 80.0, 50.0, 50.0))
    (inside,) = picture_result([over], (100, 100))
    assert inside["faceRectangle"] == {"left": 0, "top": 80, "width": 40, "height": 20}


def test_rectangles_that_were_given_come_back_as_they_are() -> None:
    given = Rectangle(-16_777_217, 80, 99_999_999, 50)
    (entry,) = given_result([given], [face(box=(-16_777_216.0, 80.0, 1e8, 50.0))])
    assert entry["faceRectangle"] == {"left": -16_777_217, "top": 80, "width": 99_999_999, "height": 50}
    assert sum(entry["scores"].values()) == pytest.approx(1.0)


def test_rectangles_of_one_size_keep_their_order() -> None:
    result = picture_result([face(box=(float(left), 0.0, 40.0, 40.0)) for left in (50, 0, 90)], (200, 99))
    assert [entry["faceRectangle"]["left"] for entry in result] == [50, 0, 90]
