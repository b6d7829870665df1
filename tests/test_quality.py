"""How far scores can be trusted."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from inference.quality import frontality, quality, sharpness
from tests.faces import FRONTAL

RANDOM = np.random.default_rng(2)
NOISE = RANDOM.integers(0, 256, (48, 48), np.uint8)
SHARP = np.asarray(cv2.GaussianBlur(NOISE, (0, 0), 1.0), np.uint8)
BLURRED = np.asarray(cv2.GaussianBlur(NOISE, (0, 0), 4.0), np.uint8)


def box(side: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array((0, 0, side, side), np.float32)


def test_a_large_sharp_frontal_face_is_trusted() -> None:
    assert quality(box(120), FRONTAL * 120, 0.9, SHARP) == 1.0


@pytest.mark.parametrize(("side", "confidence", "crop"), [(16, 0.9, SHARP), (120, 0.2, SHARP)])
def test_one_thing_amiss_is_enough(side: float, confidence: float, crop: object) -> None:
    assert isinstance(crop, np.ndarray)
    assert quality(box(side), FRONTAL * side, confidence, crop) == 0.0


def test_a_blurred_face_is_trusted_less() -> None:
    assert quality(box(120), FRONTAL * 120, 0.9, BLURRED) < 0.5
    assert sharpness(BLURRED) < sharpness(SHARP)


def test_an_empty_crop_has_no_detail() -> None:
    assert sharpness(np.full((48, 48), 128, np.uint8)) == 0.0


def test_trust_grows_with_the_size() -> None:
    sides = [20, 30, 40, 50, 60]
    trusts = [quality(box(side), FRONTAL * side, 0.9, SHARP) for side in sides]
    assert trusts == sorted(trusts)
    assert len(set(trusts)) == len(sides)


def test_tilting_the_head_does_not_make_it_less_frontal() -> None:
    for degrees in (-40, 25, 90):
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        turned = FRONTAL @ np.array(((cos, sin), (-sin, cos)), np.float32)
        assert frontality(turned) == pytest.approx(1.0)


def test_a_head_turned_aside_is_worth_less_the_further_it_turns() -> None:
    shares = []
    for turn in (0.0, 0.1, 0.15, 0.3):
        turned = FRONTAL.copy()
        turned[2, 0] += turn
        shares.append(frontality(turned))
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1.0, 0.0)


def test_eyes_that_nearly_coincide_are_those_of_a_profile() -> None:
    profile = FRONTAL.copy()
    profile[:2, 0] = 0.45, 0.55
    assert frontality(profile) == 0.0


def test_a_nose_at_the_height_of_the_eyes_or_the_mouth_looks_up_or_down() -> None:
    for height in (0.42, 0.8):
        face = FRONTAL.copy()
        face[2, 1] = height
        assert frontality(face) < 0.1


def test_landmarks_all_in_one_point_are_no_face() -> None:
    assert frontality(np.zeros((5, 2), np.float32)) == 0.0
