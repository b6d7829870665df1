"""Attention: when a stream's whole picture is looked at, and where in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.attention import Attention
from inference.detections import NONE
from inference.look import LOOKS
from inference.regions import NARROW, ROOM
from tests.faces import Painted, detections, frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.detections import Detections
    from inference.options import Every

LOOK = LOOKS["normal"]
STILL = np.full((90, 160), 100, np.uint8)
FACE = detections((50, 50, 20, 0.9))
WEAK = detections((50, 50, 20, 0.4))
AWAY = detections((120, 50, 20, 0.9))


class Stream:
    """Tells attention of frames, so many a second; a `W` for each whole look, else a `.`"""

    def __init__(self, every: Every = "auto", fps: float = 10.0) -> None:
        self.attention = Attention(every, 0.6)
        self._fps, self._count = fps, 0

    def comes(self, luma: NDArray[np.uint8] = STILL) -> Detections | None:
        shot = frame(Painted(luma), self._count, pts=self._count / self._fps)
        self._count += 1
        return self.attention.places(shot, LOOK)

    def shows(self, count: int, found: Detections = FACE) -> str:
        looks = ""
        for _ in range(count):
            if self.comes() is None or not self.attention.saw(found):
                looks += "W"
                self.attention.saw_all(found)
            else:
                looks += "."
        return looks

    def is_missed(self) -> bool:
        """Whether a frame is looked at closely; it is in vain, and the whole look finds the face."""
        closely = self.comes() is not None
        if closely:
            assert not self.attention.saw(NONE)
        self.attention.saw_all(FACE)
        return closely


@pytest.mark.parametrize(
    ("fps", "looks"),
    [
        (30, "W........W........W"),
        (10, "W..W..W..W"),
        (8, "W.W.W.W"),
        (5, "WWWWWW"),
        (1, "WWWW"),
    ],
)
def test_by_itself_it_looks_about_three_times_a_second_and_at_every_frame_that_is_rare(
    fps: float, looks: str
) -> None:
    assert Stream(fps=fps).shows(len(looks)) == looks


def test_of_so_many_frames_it_looks_at_one() -> None:
    assert Stream(every=4, fps=30).shows(9) == "W...W...W"
    assert Stream(every=1).shows(3) == "WWW"


def test_in_an_empty_room_there_is_nothing_to_look_at_closely() -> None:
    stream = Stream()
    stream.comes()
    stream.attention.saw_all(NONE)
    places = stream.comes()
    assert places is not None
    assert len(places) == 0
    assert stream.attention.saw(NONE)


def test_another_scene_is_looked_at_wholly_at_once() -> None:
    stream = Stream(fps=30)
    scenes = [
        np.kron(np.random.default_rng(seed).integers(0, 255, (9, 16)), np.ones((10, 10))).astype(np.uint8)
        for seed in (1, 2)
    ]
    wanted = [stream.comes(scenes[0])]
    stream.attention.saw_all(FACE)
    wanted += [stream.comes(scenes[0]), stream.comes(scenes[1])]
    assert [one is None for one in wanted] == [True, False, True]


def test_a_picture_of_another_size_is_looked_at_wholly() -> None:
    stream = Stream(fps=30)
    stream.shows(2)
    assert stream.comes(np.full((180, 320), 100, np.uint8)) is None


def test_a_face_that_it_was_sure_of_is_not_given_up_before_a_whole_look() -> None:
    stream = Stream(fps=30)
    stream.shows(2)
    stream.comes()
    assert not stream.attention.saw(NONE)


def test_where_a_face_is_hidden_for_a_moment_it_is_seen_in_the_next_frame() -> None:
    stream = Stream(fps=30)
    stream.shows(2)
    assert stream.shows(1, NONE) == "W"
    places = stream.comes()
    assert places is not None
    assert places.boxes.tolist() == FACE.boxes.tolist()


def test_after_one_was_lost_it_looks_wholly_twice_soon_and_gives_it_up() -> None:
    stream = Stream(fps=30)
    stream.shows(2)
    assert stream.shows(16, NONE) == "W..W..W........W"
    places = stream.comes()
    assert places is not None
    assert len(places) == 0


def test_what_is_never_found_again_is_not_looked_for_soon_for_ever() -> None:
    stream = Stream(every=30, fps=30)
    stream.shows(2)
    assert stream.shows(30, NONE) == "W..W..W" + 23 * "."


def test_a_face_that_moved_far_is_lost_where_it_was() -> None:
    stream = Stream(fps=30)
    stream.shows(2)
    stream.comes()
    assert not stream.attention.saw(AWAY)


def test_a_dim_face_is_looked_for_again_where_it_was_until_the_next_whole_look() -> None:
    stream = Stream(fps=30)
    stream.shows(3)
    stream.comes()
    assert stream.attention.saw(WEAK)
    stream.comes()
    assert stream.attention.saw(NONE)
    places = stream.comes()
    assert places is not None
    assert places.boxes.tolist() == WEAK.boxes.tolist()
    stream.attention.saw_all(NONE)
    places = stream.comes()
    assert places is not None
    assert len(places) == 0


def test_what_was_never_surely_a_face_is_not_worth_close_looks() -> None:
    stream = Stream(fps=30)
    stream.shows(9, NONE)
    assert stream.comes() is None
    stream.attention.saw_all(detections((50, 50, 20, 0.4), (120, 50, 20, 0.9)))
    places = stream.comes()
    assert places is not None
    assert places.boxes.tolist() == AWAY.boxes.tolist()


def test_at_the_start_even_a_dim_face_is() -> None:
    stream = Stream(fps=30)
    stream.comes()
    stream.attention.saw_all(WEAK)
    places = stream.comes()
    assert places is not None
    assert len(places) == 1


def test_more_room_is_given_where_frames_are_further_apart() -> None:
    for fps, room in ((30, NARROW), (10, ROOM)):
        stream = Stream(fps=fps)
        stream.shows(2)
        assert stream.attention.room == room


def test_where_only_the_whole_look_finds_a_face_it_is_taken_alone_for_a_second() -> None:
    stream = Stream(fps=30)
    stream.shows(1)
    closely = [number for number in range(50) if stream.is_missed()]
    assert closely[:3] == [0, 1, 2]
    assert len(closely) == 4
    assert closely[3] >= 2 + 29


def test_close_looks_that_find_it_mostly_are_gone_on_with() -> None:
    stream = Stream(fps=30)
    stream.shows(1)
    for _ in range(10):
        stream.is_missed()
        assert stream.shows(2) in ("..", ".W", "W.")
