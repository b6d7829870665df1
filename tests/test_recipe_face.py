"""The detector's recipe: how labelled faces move with pixels, what is held back, what is composed."""

import math
import random

import cv2
import numpy as np
import pytest

from models.face.compose import SIDE, Composer, draw, placement
from models.face.faces import Faces, faces_of, joined, no_faces, overlaps
from models.face.photographs import Collection, box_of_landmarks68, held_back_names, photograph

LANDMARKS = [[12.0, 14.0], [18.0, 14.0], [15.0, 17.0], [13.0, 20.0], [17.0, 20.0]]


def one_face(counted: bool = True) -> Faces:
    return faces_of([[10, 10, 10, 14]], [LANDMARKS], [1.0], [counted])


def test_mirrored_faces_keep_the_persons_right_eye_first() -> None:
    moved = one_face().warped(placement(2.0, (0, 0), (100, 0), mirrored=True))
    assert moved.boxes[0].tolist() == pytest.approx([60, 20, 20, 28])
    assert moved.landmarks[0, 0].tolist() == pytest.approx([64, 28])
    assert moved.landmarks[0, 1].tolist() == pytest.approx([76, 28])


def test_a_turned_box_holds_the_ellipse_it_held_before() -> None:
    quarter = one_face().warped(placement(1.0, (15, 17), (15, 17), angle=math.pi / 2))
    assert quarter.boxes[0].tolist() == pytest.approx([8, 12, 14, 10], abs=1e-4)
    half = one_face().warped(placement(1.0, (15, 17), (15, 17), angle=math.pi / 4))
    assert (
        half.boxes[0, 2]
        == pytest.approx(half.boxes[0, 3])
        == pytest.approx(math.hypot(10, 14) / math.sqrt(2))
    )


def test_a_face_cut_by_the_edge_is_no_longer_counted() -> None:
    whole = one_face().clipped(100, 100)
    cut = one_face().clipped(14, 100)
    gone = one_face().clipped(10, 10)
    assert whole.counted.tolist() == [True]
    assert whole.marked.tolist() == [True]
    assert cut.counted.tolist() == [False]
    assert cut.marked.tolist() == [False]
    assert cut.boxes[0].tolist() == [10, 10, 4, 14]
    assert len(gone) == 0


def test_a_face_too_small_to_see_is_not_counted() -> None:
    small = one_face().warped(placement(0.5, (0, 0), (0, 0))).clipped(100, 100)
    assert small.counted.tolist() == [False]


def test_faces_without_landmarks_are_told_apart() -> None:
    faces = joined([one_face(), faces_of([[0, 0, 5, 5]], [None], [1.5], [True]), no_faces()])
    assert faces.marked.tolist() == [True, False]
    assert len(faces) == 2


def test_overlap_is_the_shared_area_over_the_joint_one() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 10, 10], [20, 0, 5, 5]], np.float32)
    assert overlaps(boxes[0], boxes).tolist() == pytest.approx([1, 1 / 3, 0])


def test_what_is_held_back_does_not_depend_on_the_order() -> None:
    names = [f"{index}.jpg" for index in range(50)]
    kept = held_back_names(names, 10)
    assert len(kept) == 10
    assert held_back_names(names[::-1], 10) == kept
    assert held_back_names(names, 20) > kept


def test_a_box_of_68_landmarks_reaches_over_the_brows_to_the_forehead() -> None:
    points = np.zeros((68, 2), np.float32)
    points[0], points[16], points[8], points[19] = (0, 50), (100, 50), (50, 100), (30, 0)
    points[36:48] = (50, 40)
    left, top, width, height = box_of_landmarks68(points)
    assert (left, width) == pytest.approx((3.5, 93))
    assert (top, top + height) == pytest.approx((-31, 100))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0])
def test_a_drawn_face_lies_where_its_labels_say_to_a_tenth_of_a_pixel(scale: float, mirrored: bool) -> None:
    picture = np.zeros((120, 120, 3), np.uint8)
    picture[40:80, 30:70] = 255
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), np.uint8)
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    draw(
        photograph(picture, no_faces()), placement(scale, (50, 60), (130.3, 121.7), mirrored=mirrored), canvas
    )
    light = canvas[..., 0].astype(float)
    x = (light.sum(axis=0) @ (np.arange(SIDE) + 0.5)) / light.sum()
    y = (light.sum(axis=1) @ (np.arange(SIDE) + 0.5)) / light.sum()
    assert (x, y) == pytest.approx((130.3, 121.7), abs=0.1)


@pytest.fixture
def composer() -> Composer:
    """Of flat pictures: backgrounds black, and a bright square where the face of any other is."""
    picture = np.zeros((120, 120, 3), np.uint8)
    picture[40:80, 40:80] = 255
    face = faces_of([[40, 40, 40, 40]], [[[60, 60]] * 5], [1.0], [True])
    with_face = photograph(picture, face)
    background = photograph(np.zeros((150, 150, 3), np.uint8), no_faces())
    return Composer(Collection([with_face], [with_face], [with_face], [with_face], [background]))


def test_composed_pictures_have_the_faces_where_the_labels_say(
    composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.face.compose.relit", lambda picture: picture)
    random.seed(1)
    np.random.seed(1)
    counted = 0
    for _ in range(30):
        picture, faces = composer.picture()
        assert picture.shape == (SIDE, SIDE, 3)
        for left, top, width, height in faces.boxes[faces.counted].tolist():
            counted += 1
            assert picture[round(top + height / 2), round(left + width / 2)].mean() > 200
    assert counted > 20
