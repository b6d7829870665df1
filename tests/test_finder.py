"""The finder: whole looks now and then, close looks between, and what neither may miss."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from inference.finder import Finder
from inference.look import LOOKS
from inference.regions import Region
from stream.frame import Part
from tests.faces import Painted, detections, frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.closer import Closer
    from inference.detections import Detections
    from inference.detector import Detector
    from inference.look import Look
    from inference.options import Every
    from stream.frame import Frame, Pixels

LOOK = LOOKS["normal"]
FPS = 30
Faces = tuple[tuple[float, float, float, float], ...]
HERE, THERE = (100.0, 100.0, 40.0, 0.9), (500.0, 100.0, 40.0, 0.9)
BESIDE = (130.0, 100.0, 40.0, 0.8)


class Shown(Painted):
    """A picture that says what is in it."""

    def __init__(self, faces: Faces, width: int = 640, height: int = 360) -> None:
        super().__init__(np.full((height, width), 100, np.uint8))
        self.faces = detections(*faces)


@dataclass
class Eyes:
    """Detector and closer in one: sees what is there, closely only what is in the middle of a region."""

    looks: list[str] = field(default_factory=list)

    def detect(self, pictures: Sequence[Pixels], looks: Sequence[Look]) -> list[Detections]:
        assert len(pictures) == len(looks)
        self.looks.append(f"whole {len(pictures)}")
        return [cast("Shown", picture).faces for picture in pictures]

    def area(self, picture: Pixels, look: Look) -> int:
        assert look is LOOK
        return min(picture.width, 512) * min(picture.height, 288)

    def regions(self, _picture: Pixels, boxes: NDArray[np.float32], room: float = 2.0) -> list[Region]:
        return [
            Region(Part(int(left), int(top), int(across * room), int(down * room)), 64)
            for left, top, across, down in boxes.tolist()
        ]

    def look(
        self, pictures: Sequence[Pixels], regions: Sequence[Sequence[Region]], smallest: Sequence[float]
    ) -> list[Detections]:
        assert len(pictures) == len(smallest)
        self.looks.append("close " + " ".join(str(len(of_it)) for of_it in regions))
        return [
            _within(cast("Shown", picture).faces, of_it)
            for picture, of_it in zip(pictures, regions, strict=True)
        ]


def _within(there: Detections, regions: Sequence[Region]) -> Detections:
    near = [
        any(abs(left - one.part.left) < 12 and abs(top - one.part.top) < 12 for one in regions)
        for left, top in there.boxes[:, :2].tolist()
    ]
    return there.chosen(np.array(near, np.bool_))


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


def finder(eyes: Eyes, every: Every = "auto") -> Finder:
    return Finder(cast("Detector", eyes), cast("Closer", eyes), every, 0.6)


def shot(sequence: int, *faces: tuple[float, float, float, float], stream: str = "lobby") -> Frame:
    return replace(frame(Shown(faces), sequence, stream, sequence / FPS), interval=1 / FPS)


def found_in(one: Finder, *frames: Frame, whole: Sequence[bool] = ()) -> list[list[float]]:
    """The left edges of what was found in each frame."""
    answers = one.find(frames, [LOOK] * len(frames), whole)
    return [sorted((of_it.boxes[:, 0] + 20).tolist()) for of_it in answers]


def test_a_face_is_found_in_every_frame_and_the_whole_looked_at_in_few(eyes: Eyes) -> None:
    one = finder(eyes)
    for number in range(18):
        x = 100.0 + number
        assert found_in(one, shot(number, (x, 100, 40, 0.9))) == [[x]]
    assert eyes.looks.count("whole 1") == 2
    assert eyes.looks.count("close 1") == 16


def test_looking_wholly_at_every_frame_asks_for_nothing_closely(eyes: Eyes) -> None:
    one = finder(eyes, 1)
    assert found_in(one, shot(0, HERE), shot(1, HERE), shot(2)) == [[100.0], [100.0], []]
    assert eyes.looks == ["whole 3"]


def test_who_comes_in_is_found_within_a_third_of_a_second(eyes: Eyes) -> None:
    one = finder(eyes)
    seen = [found_in(one, shot(number, HERE, *([THERE] if number > 1 else []))) for number in range(12)]
    first = seen.index([[100.0, 500.0]])
    assert first <= 2 + FPS * 0.3
    assert all(each == [[100.0, 500.0]] for each in seen[first:])


def test_who_leaves_is_gone_at_once_after_a_whole_look(eyes: Eyes) -> None:
    one = finder(eyes)
    found_in(one, shot(0, HERE, THERE))
    found_in(one, shot(1, HERE, THERE))
    assert found_in(one, shot(2, HERE)) == [[100.0]]
    assert eyes.looks[-2:] == ["close 2", "whole 1"]
    assert found_in(one, shot(3, HERE)) == [[100.0]]
    assert eyes.looks[-1] == "close 2"  # they may only be hidden


def test_a_hand_before_a_face_hides_it_no_longer_than_it_is_there(eyes: Eyes) -> None:
    one = finder(eyes)
    for number in range(40):
        there = [] if number in (5, 20, 21, 22) else [HERE]
        assert found_in(one, shot(number, *there)) == [[100.0 for _ in there]]


def test_one_who_was_behind_another_is_found_a_tenth_of_a_second_later(eyes: Eyes) -> None:
    one = finder(eyes)
    seen = [found_in(one, shot(number, HERE, *([] if number == 4 else [BESIDE]))) for number in range(5)]
    behind = [found_in(one, shot(number, HERE, THERE)) for number in range(5, 8)]
    assert seen[-1] == [[100.0]]
    assert behind[-1] == [[100.0, 500.0]]


def test_who_moves_too_fast_for_a_region_is_found_in_the_whole(eyes: Eyes) -> None:
    one = finder(eyes)
    for number in range(6):
        x = 100.0 + 30 * number
        assert found_in(one, shot(number, (x, 100, 40, 0.9))) == [[x]]


def test_two_that_cross_are_two_again_after_it(eyes: Eyes) -> None:
    one = finder(eyes)
    for number in range(40):
        left, right = 100.0 + 5 * number, 295.0 - 5 * number
        there = [(left, 100, 40, 0.9)] if abs(left - right) < 30 else [
            (left, 100, 40, 0.9), (right, 100, 40, 0.85)
        ]  # fmt: skip
        seen = found_in(one, shot(number, *there))
        if number in (0, 10, 39):
            assert seen == [sorted((left, right))]


def test_streams_are_looked_at_together_and_those_of_one_in_their_order(eyes: Eyes) -> None:
    one = finder(eyes)
    frames = [shot(0, HERE), shot(0, THERE, stream="door"), shot(1, HERE), shot(1, THERE, stream="door")]
    assert found_in(one, *frames) == [[100.0], [500.0], [100.0], [500.0]]
    assert eyes.looks == ["whole 2", "close 1 1"]


def test_frames_that_are_to_be_looked_at_wholly_are(eyes: Eyes) -> None:
    one = finder(eyes)
    found_in(one, shot(0, HERE))
    assert found_in(one, shot(1, HERE, THERE), whole=[True]) == [[100.0, 500.0]]


def test_where_regions_would_cost_more_than_the_whole_it_is_looked_at(eyes: Eyes) -> None:
    one = finder(eyes)
    crowd = tuple((60.0 + 60 * number, 100.0, 40.0, 0.9) for number in range(10))
    found_in(one, shot(0, *crowd))
    assert len(found_in(one, shot(1, *crowd))[0]) == 10
    assert eyes.looks == ["whole 1", "whole 1"]


def test_an_empty_room_costs_nothing_between_whole_looks(eyes: Eyes) -> None:
    one = finder(eyes)
    for number in range(9):
        found_in(one, shot(number))
    assert [look for look in eyes.looks if look != "close 0"] == ["whole 1"]


def test_a_stream_that_was_forgotten_begins_anew(eyes: Eyes) -> None:
    one = finder(eyes)
    found_in(one, shot(0, HERE))
    one.forget("lobby")
    found_in(one, shot(1, HERE))
    one.find_anew([shot(2, HERE), shot(3, HERE)], [LOOK] * 2)
    assert eyes.looks == ["whole 1", "whole 1", "whole 1", "close 1"]


def test_a_large_face_is_placed_by_a_close_look(eyes: Eyes) -> None:
    near = Shown(((300, 180, 200, 0.9),))
    eyes.detect = lambda pictures, looks: [  # type: ignore[method-assign]
        detections((290, 170, 200, 0.7), (420, 300, 60, 0.4)) for _ in zip(pictures, looks, strict=True)
    ]
    (seen,) = finder(eyes, 1).find([frame(near)], [LOOK])
    assert seen.boxes[0].tolist() == near.faces.boxes[0].tolist()
    assert len(seen) == 2


def test_a_model_of_a_fixed_size_looks_wholly_whatever_was_asked(eyes: Eyes) -> None:
    one = Finder(cast("Detector", eyes), None, 5, 0.6)
    found_in(one, shot(0, HERE), shot(1, HERE))
    assert eyes.looks == ["whole 2"]
