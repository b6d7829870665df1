"""The mosaic over faces: where it is, and how coarse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.mosaic import pixelate

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACE = np.array([[40.0, 20.0, 40.0, 50.0]], np.float32)


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
