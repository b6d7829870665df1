"""Regions: where in a picture is looked at closely."""

from __future__ import annotations

import numpy as np

from inference.regions import FACE, LARGEST, NARROW, ROOM, Region, region
from stream.frame import Part

RANDOM = np.random.default_rng(7)


def made(box: tuple[float, float, float, float], room: float = ROOM) -> Region:
    one = region(box, 1920, 1080, room, 32)
    assert one is not None
    return one


def test_a_small_face_is_in_the_middle_of_a_region_as_it_is() -> None:
    assert made((300, 200, 40, 48)) == Region(Part(272, 176, 96, 96, 1), 96)


def test_a_large_face_is_halved_until_it_fits() -> None:
    one = made((700, 300, 200, 240))
    assert one.part.shrink == 4
    assert one.side == 128
    assert (one.part.width, one.part.height) == (512, 512)
    assert FACE / 2 < 240 / one.part.shrink <= FACE


def test_less_room_is_a_smaller_region() -> None:
    assert made((300, 200, 60, 60), NARROW).side == 96
    assert made((300, 200, 60, 60), ROOM).side == 128


def test_a_region_is_shifted_into_the_picture_and_ends_where_it_does() -> None:
    assert made((0, 0, 40, 40)).part == Part(0, 0, 96, 96, 1)
    assert made((1900, 1060, 40, 40)).part == Part(1824, 984, 96, 96, 1)
    small = region((10, 10, 60, 60), 101, 75, ROOM, 32)
    assert small == Region(Part(0, 0, 100, 74, 1), 128)


def test_every_region_lies_within_its_picture_on_even_pixels() -> None:
    for _ in range(2000):
        width, height = (int(side) for side in RANDOM.integers(2, 2000, 2))
        box = (*RANDOM.uniform(-100, 2000, 2), *RANDOM.uniform(1, 1500, 2))
        one = region(box, width, height, float(RANDOM.choice((ROOM, NARROW))), 32)
        if one is None:
            continue
        part = one.part
        assert part.left >= 0 <= part.top
        assert part.left + part.width <= width
        assert part.top + part.height <= height
        assert not (part.left % 2)
        assert not (part.top % 2)
        assert not (part.width % (2 * part.shrink))
        assert not (part.height % (2 * part.shrink))
        assert one.side % 32 == 0
        assert max(part.width, part.height) <= one.side * part.shrink
        assert one.side <= LARGEST


def test_of_a_picture_with_hardly_a_pixel_there_is_no_region() -> None:
    assert region((0, 0, 10, 10), 1, 1, ROOM, 32) is None
