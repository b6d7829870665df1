"""Close looks with the shipped detector, at drawn people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from inference.closer import Closer
from inference.detector import Detector
from inference.finder import Finder
from inference.loading import load
from inference.look import LOOKS
from inference.metered import Metered, Spent
from inference.regions import Region
from models import shipped
from stream.array_pixels import ArrayPixels
from stream.frame import Frame, Part
from stream.pattern import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FACE = shipped("face")
LOOK = LOOKS["normal"]
SPENT = Spent()


@pytest.fixture(scope="module")
def network() -> Metered:
    return Metered(load(FACE, "cpu", 1), SPENT)


@pytest.fixture
def closer(network: Metered) -> Closer:
    return Closer(network, FACE, FACE.confidence)


@pytest.fixture
def detector(network: Metered) -> Detector:
    return Detector(network, FACE, FACE.confidence, one_by_one=True)


def scene(people: int, number: float = 0.0, width: int = 640, height: int = 360) -> NDArray[np.uint8]:
    return Scene(width, height, people=people, seed=3).render(number)


def test_a_close_look_finds_the_faces_where_the_whole_look_did(closer: Closer, detector: Detector) -> None:
    pictures = [ArrayPixels(scene(people)) for people in (3, 1)]
    wholly = detector.detect(pictures, [LOOK, LOOK])
    regions = [closer.regions(picture, found.boxes) for picture, found in zip(pictures, wholly, strict=True)]
    closely = closer.look(pictures, regions, [LOOK.smallest] * 2)
    for whole, close in zip(wholly, closely, strict=True):
        assert len(close) == len(whole) >= 1
        assert close.landmarks is not None
        for box in whole.boxes:
            nearest = np.abs(close.boxes - box).mean(1).min()
            assert nearest < 0.1 * box[2:].max()


def test_without_regions_nothing_is_looked_at(closer: Closer) -> None:
    runs = SPENT.runs
    (found,) = closer.look([ArrayPixels(scene(1))], [[]], [0.0])
    assert len(found) == 0
    assert SPENT.runs == runs


def test_a_face_that_the_regions_edge_cuts_off_is_not_taken_for_what_is_left_of_it(
    closer: Closer, detector: Detector
) -> None:
    picture = ArrayPixels(scene(1))
    (whole,) = detector.detect([picture], [LOOK])
    left, top, width, height = (int(side) for side in whole.boxes[0])
    half = Region(Part(2 * ((left + width // 2) // 2), 2 * (top // 2), 128, 128), 128)
    (found,) = closer.look([picture], [[half]], [0.0])
    assert all(box[0] > left + width // 2 for box in found.boxes)
    assert height > 0


def test_a_face_that_fills_the_picture_is_found_closely(closer: Closer, detector: Detector) -> None:
    picture = scene(1)
    (small,) = detector.detect([ArrayPixels(picture)], [LOOK])
    left, top, width, height = (int(side) for side in small.boxes[0])
    near = cv2.resize(
        picture[max(0, top - 8) : top + height + 8, max(0, left - 8) : left + width + 8],
        None,
        fx=480 / width,
        fy=480 / width,
        interpolation=cv2.INTER_CUBIC,
    )
    pixels = ArrayPixels(np.ascontiguousarray(near, np.uint8))
    where = np.array([(20, 20, near.shape[1] - 40, near.shape[0] - 40)], np.float32)
    (found,) = closer.look([pixels], [closer.regions(pixels, where)], [0.0])
    assert found.scores[0] > FACE.confidence
    assert found.boxes[0, 2] > 0.6 * near.shape[1]


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    """A second of three people."""
    drawn = Scene(640, 360, people=3, seed=5)
    return [drawn.render(number / 30) for number in range(30)]


def frames(pictures: list[NDArray[np.uint8]]) -> Iterator[Frame]:
    for number, picture in enumerate(pictures):
        yield Frame("people", number, number / 30, 0.0, number / 30, ArrayPixels(picture))


def test_all_frames_show_what_looking_wholly_at_each_does(
    closer: Closer, detector: Detector, pictures: list[NDArray[np.uint8]]
) -> None:
    usual, between = (Finder(detector, closer, every, FACE.confidence) for every in (1, "auto"))
    worst = 0.0
    for frame in frames(pictures):
        (whole,), (mine,) = usual.find([frame], [LOOK]), between.find([frame], [LOOK])
        sure, found = whole.chosen(whole.scores >= 0.7), mine.boxes
        for box in sure.boxes:
            worst = max(worst, float(np.abs(found - box).mean(1).min() / box[2:].max()))
    assert worst < 0.15
