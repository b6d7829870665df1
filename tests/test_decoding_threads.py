"""How many threads recordings are decoded in."""

from __future__ import annotations

import pytest

from stream.cores import cores
from stream.decoding_threads import decoding_threads


@pytest.mark.parametrize(
    ("width", "height", "threads"),
    [(160, 120, 1), (640, 360, 1), (1280, 720, 2), (1920, 1080, 2), (3840, 2160, 2), (0, 0, 2)],
)
def test_on_two_cores_only_large_pictures_take_both(width: int, height: int, threads: int) -> None:
    assert decoding_threads(width, height, 2) == threads


@pytest.mark.parametrize(
    ("width", "height", "threads"), [(640, 360, 4), (1280, 720, 12), (1920, 1080, 16), (3840, 2160, 16)]
)
def test_on_many_cores_enough_decode_for_all_that_read(width: int, height: int, threads: int) -> None:
    assert decoding_threads(width, height, 16) == threads


def test_there_are_never_more_than_the_cores_or_less_than_one() -> None:
    for available in (1, 2, 3, 8, 64):
        for side in (16, 720, 2160, 8192):
            assert 1 <= decoding_threads(side, side, available) <= min(available, 16)


def test_this_process_may_use_at_least_one_core() -> None:
    assert cores() >= 1
