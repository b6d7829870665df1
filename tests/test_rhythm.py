"""How long a frame stands for, told from the rhythm of the frames before."""

from __future__ import annotations

import pytest

from aggregation.rhythm import Rhythm
from tests.aggregation_reference import SECOND

TENTH = SECOND // 10


def covered(rhythm: Rhythm, gaps: list[int]) -> int:
    return sum(rhythm.span(gap) for gap in gaps)


def test_a_steady_stream_stands_for_all_its_time() -> None:
    assert covered(Rhythm(TENTH), [TENTH] * 100) == 100 * TENTH


def test_a_lost_frame_is_stood_for_by_the_next() -> None:
    rhythm = Rhythm(TENTH)
    covered(rhythm, [TENTH] * 20)
    assert rhythm.span(2 * TENTH) == 2 * TENTH


def test_after_a_hole_a_frame_stands_for_the_usual_time() -> None:
    rhythm = Rhythm(TENTH)
    covered(rhythm, [TENTH] * 20)
    assert rhythm.span(3 * SECOND) == TENTH


def test_holes_again_and_again_do_not_become_usual() -> None:
    #   |||||          |||||          |||||        half a second on, a second off
    rhythm = Rhythm(TENTH)
    assert covered(rhythm, ([TENTH] * 5 + [SECOND]) * 20) == 20 * 6 * TENTH


@pytest.mark.parametrize("expected", [TENTH, None])
def test_a_camera_slower_than_announced_is_believed_after_some_frames(expected: int | None) -> None:
    rhythm = Rhythm(expected)
    covered(rhythm, [SECOND // 2] * 16)
    assert covered(rhythm, [SECOND // 2] * 10) == 5 * SECOND


def test_a_camera_slower_than_four_seconds_is_believed_only_where_that_was_announced() -> None:
    minute = 60 * SECOND
    assert covered(Rhythm(minute), [minute] * 10) == 10 * minute
    assert covered(Rhythm(TENTH), [minute] * 100) <= 400 * SECOND


def test_where_fewer_frames_are_wanted_each_stands_for_the_longer_time() -> None:
    rhythm = Rhythm(TENTH)
    covered(rhythm, [TENTH] * 20)
    rhythm.relax(SECOND)
    assert covered(rhythm, [SECOND] * 10) == 10 * SECOND
    assert rhythm.usual == TENTH


def test_a_frame_stands_for_the_mean_gap_where_they_are_uneven_and_holes_are_none() -> None:
    #  25 a second thinned to 10   |  |   |  |   |        |  |
    rhythm = Rhythm(TENTH)
    covered(rhythm, [8 * TENTH // 10, 12 * TENTH // 10] * 8)
    assert (rhythm.mean, rhythm.usual) == (TENTH, 12 * TENTH // 10)
    rhythm.span(3 * SECOND)
    assert TENTH <= rhythm.mean <= 12 * TENTH // 10


def test_a_hole_is_one_at_each_rate() -> None:
    # wanted:   each second       each tenth
    # frames:   |    |     hole   |   .....|  hole  |
    rhythm = Rhythm(TENTH)
    rhythm.relax(SECOND)
    assert rhythm.span(3 * SECOND) == SECOND
    rhythm.relax(TENTH)
    rhythm.span(TENTH)
    assert rhythm.span(SECOND) == TENTH


def test_the_gap_in_which_more_frames_came_to_be_wanted_is_none_that_was_lost() -> None:
    rhythm = Rhythm(TENTH)
    rhythm.relax(SECOND)
    rhythm.span(SECOND)
    rhythm.relax(TENTH)
    assert rhythm.span(SECOND) == SECOND
    assert rhythm.span(SECOND) == TENTH
