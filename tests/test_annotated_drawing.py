"""What is drawn into a frame: labels that keep off each other, the small timeline at the lower edge."""

from __future__ import annotations

import numpy as np
import pytest

from inference import EMOTIONS
from semblance.annotated.drawing import Drawing, Placing, placed
from semblance.annotated.lettering import Lettering
from semblance.annotated.pasting import paste, shade
from semblance.annotated.ribbon import Ribbon
from semblance.emotion_looks import LOOKS
from tests.readings import HAPPY, NEUTRAL, SAD, face, reading

BOX = (100, 100, 160, 170)


def test_a_label_stands_above_its_face() -> None:
    assert placed(80, 20, BOX, 640, 440, 4, []) == (96, 76, 176, 96)


@pytest.mark.parametrize(
    ("box", "taken", "top"),
    [
        ((100, 10, 160, 70), [], 74),  # no room above: below
        (BOX, [(90, 70, 200, 90)], 174),  # another label is above: below
        ((100, 5, 160, 435), [], 9),  # neither above nor below: in it
    ],
)
def test_a_label_goes_where_there_is_room(
    box: tuple[int, int, int, int], taken: list[tuple[int, int, int, int]], top: int
) -> None:
    assert placed(80, 20, box, 640, 440, 4, taken)[1] == top


def test_a_label_stays_in_the_picture() -> None:
    assert placed(80, 20, (620, 100, 640, 120), 640, 440, 4, [])[0] == 560
    assert placed(80, 20, (-30, 100, 10, 120), 640, 440, 4, [])[0] == 0
    assert placed(800, 20, BOX, 640, 440, 4, [])[0] == 0


def test_the_timeline_ends_with_now_and_is_empty_where_nobody_was() -> None:
    """
    seconds ago   12 ......... 8 ......... 4 ......... 0
    showed         happiness    nobody      sadness
    """
    ribbon = Ribbon(20)
    for step in range(121):
        at = step / 10
        ribbon.add(at, HAPPY if at < 4 else None if at < 8 else SAD)
    drawn = ribbon.draw(120)
    assert drawn.shape == (20, 120, 3)
    assert tuple(drawn[10, 20, ::-1]) == LOOKS["happiness"].rgb
    assert tuple(drawn[10, 110, ::-1]) == LOOKS["sadness"].rgb
    assert tuple(drawn[10, 60, ::-1]) not in {look.rgb for look in LOOKS.values()}


def test_bands_of_the_timeline_are_as_high_as_the_mean_scores() -> None:
    ribbon = Ribbon(20)
    half = tuple(0.5 if name in ("neutral", "happiness") else 0.0 for name in EMOTIONS)
    ribbon.add(0.0, half)
    drawn = ribbon.draw(10)
    assert [tuple(drawn[row, 9, ::-1]) for row in (5, 15)] == [LOOKS["happiness"].rgb, LOOKS["neutral"].rgb]


def test_the_timeline_forgets_what_it_shows_no_more() -> None:
    ribbon = Ribbon(20)
    for step in range(10_000):
        ribbon.add(step / 25, HAPPY)
    assert len(ribbon) < 400


def test_labels_that_are_no_longer_used_are_forgotten() -> None:
    lettering = Lettering(12)
    for number in range(520):
        lettering.label(number, "happiness", "Happiness 90%")
    assert lettering.label.cache_info().currsize <= 512


@pytest.mark.parametrize("size", [(16, 16), (160, 120), (120, 160), (3840, 160), (1920, 1080)])
def test_frames_of_any_size_can_be_drawn_into(size: tuple[int, int]) -> None:
    width, height = size
    drawing = Drawing(width, height)
    picture = np.full((height, width, 3), 120, np.uint8)
    faces = (
        face(HAPPY, 1, (-20.0, -10.0, 40.0, 40.0)),
        face(NEUTRAL, 123_456, (width - 8.0, height - 5.0, 60, 70)),
    )
    drawing.draw(picture, reading(0, 0.0, *faces, size=size), Placing())
    drawing.draw(picture, reading(1, 4000.0, size=size), Placing())
    assert picture[-2, width // 2].max() < 120  # the ground of the timeline


def test_what_lies_beyond_the_edge_of_a_picture_is_not_pasted() -> None:
    picture = np.zeros((10, 10, 3), np.uint8)
    sprite = np.full((4, 4, 4), 255, np.uint8)
    for left, top in ((-2, -2), (8, 8), (-9, 0), (20, 20)):
        paste(picture, sprite, left, top)
    assert picture.any(2).sum() == 8


def test_a_shade_is_as_dense_as_its_alpha() -> None:
    picture = np.full((2, 2, 3), 100, np.uint8)
    shade(picture, (200, 100, 0, 128))
    assert picture[0, 0].tolist() == [50, 100, 150]
