"""Cuts between scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.cuts import Cuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANDOM = np.random.default_rng(3)


def scene(seed: int) -> NDArray[np.float64]:
    coarse = np.random.default_rng(seed).uniform(30, 220, (9, 16))
    return np.kron(coarse, np.ones((40, 40))).astype(np.float64)


def picture(
    values: NDArray[np.float64],
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return values.clip(0, 255).astype(np.uint8)


def test_the_first_picture_is_no_cut() -> None:
    assert not Cuts().is_cut(picture(scene(1)))


def test_another_scene_is_a_cut_and_its_next_picture_is_none() -> None:
    cuts = Cuts()
    cuts.is_cut(picture(scene(1)))
    assert cuts.is_cut(picture(scene(2)))
    assert not cuts.is_cut(picture(scene(2)))


def test_noise_a_lamp_and_a_small_pan_are_no_cuts() -> None:
    cuts, still = Cuts(), scene(1)
    cuts.is_cut(picture(still))
    assert not cuts.is_cut(picture(still + RANDOM.normal(0, 12, still.shape)))
    assert not cuts.is_cut(picture(still + 60))
    assert not cuts.is_cut(picture(np.roll(still, 8, 1)))


def test_of_pictures_further_apart_less_is_expected_to_be_alike() -> None:
    still = scene(1)
    moved = still * 0.3 + scene(2) * 0.7
    for passed, cut in ((0.04, True), (1.0, False)):
        cuts = Cuts()
        cuts.is_cut(picture(still))
        assert cuts.is_cut(picture(moved), passed) == cut
        assert cuts.is_cut(picture(scene(3)), passed)


def test_darkness_with_noise_is_never_a_cut() -> None:
    cuts = Cuts()
    for _ in range(5):
        assert not cuts.is_cut(picture(RANDOM.normal(16, 6, (360, 640))))


def test_a_change_of_resolution_is_a_cut() -> None:
    cuts = Cuts()
    cuts.is_cut(np.zeros((360, 640), np.uint8))
    assert cuts.is_cut(np.zeros((1, 1), np.uint8))
