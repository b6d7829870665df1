"""One stream followed from frame to frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.detections import NONE
from inference.following import Following
from tests.faces import Painted, detections, frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.detections import Detections

GREY = np.full((90, 160), 100, np.uint8)
FACE = detections((100, 100, 50, 0.9))


def following() -> Following:
    return Following(confident=0.6, patience=1.0)


def seen(
    one: Following,
    sequence: int,
    pts: float | None = None,
    found: Detections = FACE,
    luma: NDArray[np.uint8] = GREY,
) -> list[int]:
    return [face.id for face in one.follow(frame(Painted(luma), sequence, pts=pts), luma, found)]


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
