"""The Emotion API's answer to a picture."""

import pytest

from inference import EMOTIONS
from tests.readings import face
from web.emotion.picture_result import picture_result


def test_faces_come_largest_first_with_whole_pixels_and_alphabetical_scores() -> None:
    result = picture_result([face(box=(1.4, 2.6, 20.0, 20.0)), face(box=(5.0, 5.0, 30.4, 29.6))])
    assert [entry["faceRectangle"]["width"] for entry in result] == [30, 20]
    assert result[1]["faceRectangle"] == {"left": 1, "top": 3, "width": 20, "height": 20}
    assert all(type(value) is int for entry in result for value in entry["faceRectangle"].values())
    assert [tuple(entry["scores"]) for entry in result] == [EMOTIONS, EMOTIONS]
    assert sum(result[0]["scores"].values()) == pytest.approx(1.0)
    assert [list(entry) for entry in result] == [["faceRectangle", "scores"]] * 2


def test_no_face_is_an_empty_array() -> None:
    assert picture_result([]) == []


def test_a_rectangle_ends_at_the_edge_of_the_picture_where_its_size_is_given() -> None:
    over = face(box=(-10.0, 80.0, 50.0, 50.0))
    (inside,) = picture_result([over], (100, 100))
    assert inside["faceRectangle"] == {"left": 0, "top": 80, "width": 40, "height": 20}
    (given,) = picture_result([over])
    assert given["faceRectangle"] == {"left": -10, "top": 80, "width": 50, "height": 50}


def test_rectangles_of_one_size_keep_their_order() -> None:
    result = picture_result([face(box=(float(left), 0.0, 40.0, 40.0)) for left in (50, 0, 90)])
    assert [entry["faceRectangle"]["left"] for entry in result] == [50, 0, 90]
