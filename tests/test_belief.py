"""Which finds are taken for faces."""

from __future__ import annotations

import pytest

from inference.belief import READABLE, believed
from inference.detections import NONE
from tests.faces import detections


def kept(side: float, score: float, confidence: float = 0.5, smallest: float = 0.0) -> bool:
    return len(believed(detections((100, 100, side, score)), confidence, smallest)) == 1


def test_a_weak_find_of_a_readable_face_is_kept_to_follow_it_by() -> None:
    assert kept(READABLE, 0.31)
    assert not kept(READABLE, 0.29)


def test_a_small_face_must_be_sure_and_the_smaller_the_surer() -> None:
    #         24 px    12 px    10 px    3 px
    #         0.3      0.63     0.67     0.9 at most
    assert not kept(12, 0.62)
    assert kept(12, 0.64)
    assert not kept(10, 0.66)
    assert kept(10, 0.68)
    assert kept(3, 0.91)


def test_who_asks_for_everything_gets_the_small_ones_too() -> None:
    assert kept(10, 0.03, confidence=0.02)


@pytest.mark.parametrize(("side", "there"), [(15.0, False), (16.0, True)])
def test_faces_below_the_smallest_are_left_out_however_sure(side: float, there: bool) -> None:
    assert kept(side, 0.99, smallest=16) == there


def test_nothing_found_stays_nothing() -> None:
    assert len(believed(NONE, 0.5, 10)) == 0
