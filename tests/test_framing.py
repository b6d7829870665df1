"""Which square of a picture is a face's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Crop
from models.framing import Square, framed

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEMPLATE = ((0.3266, 0.3775), (0.6734, 0.3775), (0.5, 0.5759), (0.3501, 0.7219), (0.6499, 0.7219))
ALIGNED = Crop(1.0, "eyes", TEMPLATE)
BOX = (100.0, 60.0, 80.0, 100.0)
BY_BOX = Square(140.0, 110.0, 100.0, 0.0)


def placed(x: float, y: float, side: float, degrees: float) -> NDArray[np.float64]:
    """The template's points in the square with this centre, side and turn."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.array(((cosine, sine), (-sine, cosine)))
    return np.asarray((np.array(TEMPLATE) - 0.5) * side @ turn + (x, y), np.float64)


def umeyama(landmarks: NDArray[np.float64]) -> Square:
    """The textbook's way, by singular values; Umeyama 1991, equations 40 to 43, with S the identity."""
    goals = np.array(TEMPLATE)
    points, wanted = landmarks - landmarks.mean(0), goals - goals.mean(0)
    left, values, right = np.linalg.svd(wanted.T @ points / 5)
    signs = np.diag((1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))))
    turn = left @ signs @ right
    scale = np.trace(np.diag(values) @ signs) / (points**2).sum(1).mean()
    shift = goals.mean(0) - scale * turn @ landmarks.mean(0)
    back = np.linalg.inv(scale * turn)
    x, y = back @ (np.array((0.5, 0.5)) - shift)
    across, down = back @ (1.0, 0.0)
    return Square(x, y, across, down)


@pytest.mark.parametrize("degrees", [-50, 0, 25])
@pytest.mark.parametrize("side", [60, 100, 190])
def test_landmarks_that_are_the_template_s_give_the_very_square(side: float, degrees: float) -> None:
    found = framed(BOX, placed(150, 100, side, degrees).tolist(), ALIGNED)
    turn = math.radians(degrees)
    assert found == pytest.approx((150, 100, side * math.cos(turn), side * math.sin(turn)))


@given(st.integers(0, 1 << 32))
def test_of_other_landmarks_it_is_the_one_of_least_squares(seed: int) -> None:
    random = np.random.default_rng(seed)
    landmarks = placed(140, 110, random.uniform(80, 150), random.uniform(-40, 40)) + random.normal(
        0, 3, (5, 2)
    )
    assert framed(BOX, landmarks.tolist(), ALIGNED) == pytest.approx(umeyama(landmarks), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "landmarks",
    [
        placed(140, 110, 45, 0),
        placed(140, 110, 210, 0),
        placed(300, 110, 100, 0),
        placed(140, 110, 1e-7, 0),
        np.full((5, 2), 140.0),
        np.full((5, 2), np.nan),
        np.full((5, 2), np.inf),
    ],
    ids=["too small", "too large", "beside the box", "nearly one point", "one point", "nan", "infinite"],
)
def test_landmarks_that_cannot_be_of_this_box_are_not_believed(landmarks: NDArray[np.float64]) -> None:
    assert framed(BOX, landmarks.tolist(), ALIGNED) == pytest.approx(BY_BOX)


@pytest.mark.parametrize("degrees", [-65, 80, 180])
def test_a_head_turned_far_is_framed_by_its_box_and_still_set_upright(degrees: float) -> None:
    found = framed(BOX, placed(150, 100, 100, degrees).tolist(), ALIGNED)
    turn = math.radians(degrees)
    assert found == pytest.approx((140, 110, 100 * math.cos(turn), 100 * math.sin(turn)))


def test_mirrored_landmarks_are_not_fitted_by_a_reflection() -> None:
    mirrored = placed(140, 110, 100, 0)[[1, 0, 2, 4, 3]].tolist()
    _, _, across, down = framed(BOX, mirrored, ALIGNED)
    assert math.hypot(across, down) == pytest.approx(100)


def test_without_landmarks_the_box_decides() -> None:
    assert framed(BOX, None, ALIGNED) == BY_BOX
    assert framed(BOX, None, Crop(1.5, "none")) == Square(140.0, 110.0, 150.0, 0.0)
