"""How far scores can be trusted."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from inference.quality import flattened, frontality, quality, sharpness
from tests.faces import FRONTAL

RANDOM = np.random.default_rng(2)
NOISE = RANDOM.integers(0, 256, (48, 48), np.uint8)
SHARP = np.asarray(cv2.GaussianBlur(NOISE, (0, 0), 1.0), np.uint8)
BLURRED = np.asarray(cv2.GaussianBlur(NOISE, (0, 0), 4.0), np.uint8)
SCORES = (0.5, 0.02, 0.03, 0.05, 0.2, 0.1, 0.06, 0.04)


def box(side: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array((0, 0, side, side), np.float32)


def test_a_large_sharp_frontal_face_is_trusted() -> None:
    assert quality(box(120), FRONTAL * 120, 0.9, SHARP) == 1.0


@pytest.mark.parametrize(("side", "confidence", "crop"), [(12, 0.9, SHARP), (120, 0.2, SHARP)])
def test_one_thing_amiss_is_enough(side: float, confidence: float, crop: object) -> None:
    assert isinstance(crop, np.ndarray)
    assert quality(box(side), FRONTAL * side, confidence, crop) == 0.0


def test_a_blurred_face_is_trusted_less() -> None:
    assert quality(box(120), FRONTAL * 120, 0.9, BLURRED) < 0.5
    assert sharpness(BLURRED) < sharpness(SHARP)


def test_an_empty_crop_has_no_detail() -> None:
    assert sharpness(np.full((48, 48), 128, np.uint8)) == 0.0


def test_trust_grows_with_the_size() -> None:
    sides = [14, 20, 26, 32, 38]
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


def test_without_landmarks_the_pose_is_not_held_against_a_face() -> None:
    assert quality(box(120), None, 0.9, SHARP) == 1.0


def test_what_the_classifier_cannot_read_is_worth_nothing_however_sharp() -> None:
    assert quality(box(120), FRONTAL * 120, 0.9, SHARP, 0.0) == 0.0
    assert quality(box(120), FRONTAL * 120, 0.9, SHARP, 0.25) == 0.25


def test_a_larger_crop_and_one_in_colour_are_as_sharp_as_the_small_grey_one() -> None:
    larger = np.asarray(cv2.resize(SHARP, (192, 192), interpolation=cv2.INTER_NEAREST), np.uint8)
    colour = np.repeat(larger[..., None], 3, 2)
    assert sharpness(larger) == pytest.approx(sharpness(SHARP), rel=0.01)
    assert sharpness(colour) == pytest.approx(sharpness(SHARP), rel=0.01)


def test_scores_of_some_quality_are_left_exactly_as_they_are() -> None:
    for worth in (0.2, 0.5, 1.0):
        assert flattened(SCORES, worth) is SCORES


def test_scores_without_quality_are_the_same_for_every_emotion() -> None:
    assert flattened(SCORES, 0.0) == (1 / 8,) * 8


def test_between_them_scores_keep_their_order_and_their_sum() -> None:
    tops = []
    for worth in (0.01, 0.05, 0.1, 0.19):
        scores = flattened(SCORES, worth)
        assert sum(scores) == pytest.approx(1.0)
        assert sorted(range(8), key=scores.__getitem__) == sorted(range(8), key=SCORES.__getitem__)
        tops.append(max(scores))
    assert tops == sorted(tops)
    assert max(flattened(SCORES, 0.1)) == pytest.approx((0.5 + 1 / 8) / 2)


def test_the_noise_of_a_camera_does_not_make_a_blurred_face_sharp() -> None:
    blurred = 128 + 8.0 * (BLURRED.astype(float) - BLURRED.mean())
    noisy = np.clip(blurred + np.random.default_rng(3).normal(0, 6, (48, 48)), 0, 255).astype(np.uint8)
    assert quality(box(120), FRONTAL * 120, 0.9, noisy) < 0.5
