"""The veil over faces: where they are hidden, for how long, and how coarsely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.veil import MEMORY, Veil, pixelate

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACE = np.array([[40.0, 20.0, 40.0, 50.0]], np.float32)
NOBODY = np.empty((0, 4), np.float32)


def noise(height: int = 100, width: int = 160) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3)).astype(np.uint8)


def inside(shape: tuple[int, ...], box: NDArray[np.float32]) -> NDArray[np.bool_]:
    left, top, width, height = box
    mask = np.zeros(shape[:2], np.bool_)
    mask[max(0, int(top)) : int(top + height), max(0, int(left)) : int(left + width)] = True
    return mask


def test_what_is_inside_is_a_few_even_cells_and_what_is_outside_stays() -> None:
    picture = noise()
    veiled = pixelate(picture, FACE)
    hidden = inside(picture.shape, FACE[0])
    assert (veiled[~hidden] == picture[~hidden]).all()
    assert len(np.unique(veiled[hidden], axis=0)) <= 6 * 6
    assert len(np.unique(picture[hidden], axis=0)) > 1000
    assert not np.shares_memory(veiled, picture)


def test_a_cell_is_the_mean_of_what_it_hides_so_that_no_detail_is_left() -> None:
    picture = np.zeros((60, 60, 3), np.uint8)
    picture[::2] = 200  # stripes one pixel high
    veiled = pixelate(picture, np.array([[0, 0, 60, 60]], np.float32))
    assert np.ptp(veiled) == 0
    assert veiled[0, 0, 0] == 100


@pytest.mark.parametrize(
    "box",
    [
        (-20, -20, 60, 60),
        (140, 80, 60, 60),
        (-5, 30, 400, 20),
        (200, 10, 30, 30),
        (10, -90, 30, 30),
        (3.7, 4.2, 0.3, 0.2),
        (5, 5, 0, 0),
    ],
)
def test_a_face_may_reach_over_the_edge_or_be_hardly_there(box: tuple[float, ...]) -> None:
    picture = noise()
    veiled = pixelate(picture, np.array([box], np.float32))
    assert veiled.shape == picture.shape
    near = inside(picture.shape, np.array(box, np.float32) + np.array((-1, -1, 2, 2), np.float32))
    assert (veiled[~near] == picture[~near]).all()


def test_the_smaller_the_face_the_smaller_the_cells_but_never_more_of_them() -> None:
    for size in (6, 12, 24, 96):
        picture = noise()
        box = np.array([[2, 2, size, size]], np.float32)
        veiled = pixelate(picture, box)
        assert len(np.unique(veiled[inside(picture.shape, box[0])], axis=0)) <= 36


def test_the_place_around_a_face_is_hidden_too() -> None:
    veil = Veil()
    veil.see(10.0, FACE)
    # forehead, ears and chin: 0.3 of the longer side of 50 on each
    assert veil.boxes(10.0)[0].tolist() == pytest.approx([25.0, 5.0, 70.0, 80.0])


def test_a_face_that_is_lost_for_a_frame_stays_hidden_for_a_second_and_the_place_grows() -> None:
    veil = Veil()
    veil.see(10.0, FACE)
    veil.see(10.1, NOBODY)
    veil.see(10.5, NOBODY)
    (box,) = veil.boxes(10.5)
    assert box[2] > 90.0  # 40 and half a second more of margin
    assert len(veil.boxes(10.0 + MEMORY)) == 1
    assert len(veil.boxes(10.0 + MEMORY + 0.01)) == 0


def test_a_face_that_stays_is_one_place_however_often_it_is_seen() -> None:
    veil = Veil()
    for frame in range(100):
        veil.see(frame / 10, FACE + np.float32(frame % 3))
    assert len(veil.boxes(9.9)) == 1
    assert veil.boxes(9.9)[0][2] == pytest.approx(70.0)  # no larger than the face and its margin


def test_a_face_that_goes_by_is_hidden_where_it_is_and_where_it_came_from() -> None:
    #   was [----]   is       [----]     nothing of where it was lies outside what is hidden
    veil = Veil()
    for frame in range(30):
        veil.see(frame / 10, FACE + np.array([[frame * 20, 0, 0, 0]], np.float32))
    hidden = veil.boxes(2.9)
    assert 2 <= len(hidden) <= 11
    assert hidden[-1][0] == pytest.approx(40 + 29 * 20 - 15)
    assert hidden[0][0] < 40 + 20 * 20


def test_of_two_faces_the_one_that_is_lost_stays_hidden() -> None:
    veil, beside = Veil(), FACE + np.array([[50, 0, 0, 0]], np.float32)
    veil.see(0.0, np.concatenate((FACE, beside)))
    veil.see(0.1, FACE)
    assert len(veil.boxes(0.1)) == 2
    veil.see(0.2, np.concatenate((FACE, beside)))
    assert len(veil.boxes(0.2)) == 2


def test_nothing_is_hidden_where_nothing_was_seen() -> None:
    veil = Veil()
    veil.see(0.0, NOBODY)
    assert veil.boxes(0.0).shape == (0, 4)
    picture = noise()
    assert (pixelate(picture, veil.boxes(0.0)) == picture).all()


def test_a_veil_is_trusted_once_it_has_watched_for_as_long_as_it_remembers() -> None:
    veil = Veil()
    assert not veil.is_known(5.0)
    veil.see(5.0, NOBODY)
    assert not veil.is_known(5.9)
    assert veil.is_known(6.0)
