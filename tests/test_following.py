"""One stream followed from frame to frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from inference.detections import NONE
from inference.following import Following
from tests.faces import Painted, detections, frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.detections import Detections

GREY = np.full((90, 160), 100, np.uint8)
FACE, ELSEWHERE = detections((100, 100, 50, 0.9)), detections((300, 100, 50, 0.9))


def following() -> Following:
    return Following(confident=0.6, patience=1.0)


def seen(
    one: Following,
    sequence: int,
    pts: float | None = None,
    found: Detections = FACE,
    luma: NDArray[np.uint8] = GREY,
    interval: float | None = None,
) -> list[int]:
    coming = replace(frame(Painted(luma), sequence, pts=pts), interval=interval)
    return [face.id for face in one.follow(coming, luma, found)]


def test_media_time_counts_where_there_is_any() -> None:
    one = following()
    assert [seen(one, 0, 0.0), seen(one, 1, 0.1)] == [[], [1]]
    # A tenth of a second later by the clock, two seconds by the file: analysed faster than it plays.
    assert seen(one, 2, 2.1, NONE) == []
    assert seen(one, 3, 2.2) == []


def test_without_media_time_the_capture_time_counts() -> None:
    one = following()
    assert [seen(one, 0), seen(one, 1)] == [[], [1]]
    assert seen(one, 10, found=NONE) == []
    assert seen(one, 11) == [1]
    assert seen(one, 23, found=NONE) == []
    assert seen(one, 24) == []


def test_a_face_seen_in_each_of_few_frames_keeps_its_id() -> None:
    one = following()
    assert [seen(one, 0), seen(one, 20), seen(one, 40)] == [[], [1], [1]]


def test_a_slow_stream_s_faces_have_ids_from_its_first_frame_on_where_the_source_says_that_it_is_slow() -> (
    None
):
    one = following()
    assert [seen(one, number, number * 1.0, interval=1.0) for number in range(3)] == [[1], [1], [1]]
    assert seen(one, 3, 3.0, ELSEWHERE, interval=1.0) == [2]


def test_a_slow_stream_is_known_by_its_times_where_the_source_says_nothing() -> None:
    one = following()
    assert seen(one, 0, 0.0) == []
    assert seen(one, 1, 1.0, ELSEWHERE) == [1]
    assert seen(one, 2, 2.0) == [2]


def test_one_frame_that_comes_late_makes_no_slow_stream() -> None:
    one = following()
    assert [seen(one, 0, 0.0, NONE), seen(one, 1, 0.1, NONE)] == [[], []]
    assert [seen(one, 2, 1.1), seen(one, 3, 1.2, NONE)] == [[], []]


def test_in_a_fast_stream_a_face_is_none_in_the_first_frame() -> None:
    one = following()
    assert [seen(one, 0, 0.0, interval=0.1), seen(one, 1, 0.1, interval=0.1)] == [[], [1]]


def test_frames_too_far_apart_to_tell_who_is_who_have_their_faces_all_the_same() -> None:
    one = following()
    assert [seen(one, number, number * 20.0, interval=20.0) for number in range(3)] == [[1], [2], [3]]


def test_after_a_stream_was_away_nobody_is_taken_for_who_was_there_before() -> None:
    one = following()
    assert [seen(one, 0), seen(one, 1)] == [[], [1]]
    assert [seen(one, 120), seen(one, 121)] == [[], [2]]


def test_a_jump_of_the_timestamps_is_not_a_pause() -> None:
    one = following()
    assert [seen(one, 0, 500.0), seen(one, 1, 500.1)] == [[], [1]]
    assert seen(one, 2, 0.0) == [1]  # reconnected
    assert seen(one, 3, 90000.0) == [1]
    assert seen(one, 4, 90000.0) == [1]


def test_a_cut_gives_new_ids() -> None:
    one = following()
    scenes = [np.random.default_rng(seed).integers(20, 235, (90, 160), np.uint8) for seed in (1, 2)]
    assert [seen(one, 0, luma=scenes[0]), seen(one, 1, luma=scenes[0])] == [[], [1]]
    assert [seen(one, 2, luma=scenes[1]), seen(one, 3, luma=scenes[1])] == [[], [2]]


def test_a_cut_between_frames_a_second_apart_gives_new_ids_to_faces_that_go_on() -> None:
    one = following()
    scenes = [np.random.default_rng(seed).integers(20, 235, (90, 160), np.uint8) for seed in (1, 2)]
    shown = [(0, 0), (1, 0), (2, 1), (3, 1)]
    seconds = [seen(one, at, float(at), luma=scenes[scene], interval=1.0) for at, scene in shown]
    assert seconds == [[1], [1], [2], [2]]
