"""One sliding window: its panes, its borders, and what a closing costs."""

from __future__ import annotations

from collections import deque

import pytest

from aggregation.sliding import MOST_EMPTY, SlidingWindow
from aggregation.summary import Window
from aggregation.tally import Tally
from tests.aggregation_reference import SECOND, pure

GLAD = pure("happiness")


def one(track: int = 1) -> Tally:
    tally = Tally(frames=1)
    tally.observe(track, GLAD)
    return tally


def closed(window: SlidingWindow, until: int) -> list[tuple[int, int]]:
    """The ends that close, and the frames of each."""
    result = []
    while window.next_end <= until:
        end = window.next_end
        result.append((end // SECOND, window.close(until)[0].frames))
    return result


def opened(length: float, interval: float, at: int = 0) -> SlidingWindow:
    window = SlidingWindow(Window("w", length, interval))
    window.open(at, at)
    return window


def test_a_length_that_is_no_multiple_of_the_interval_is_exact() -> None:
    #   readings at every second, at its start
    #   0   1   2   3   4   5   6   7   8
    #   x   x   x   x   x   x   x   x
    #       [-------------------)             [1, 6)
    #               [-------------------)     [3, 8)
    window = opened(5, 2)
    for second in range(8):
        assert window.add(one(), second * SECOND)
    assert closed(window, 8 * SECOND) == [(2, 2), (4, 4), (6, 5), (8, 5)]


def test_a_window_shorter_than_its_interval_sees_only_its_own_part() -> None:
    #   0   1   2   3   4   5   6
    #   x   x   x   x   x   x
    #           [---)       [---)
    window = opened(1, 3)
    for second in range(6):
        window.add(one(), second * SECOND)
    assert closed(window, 6 * SECOND) == [(3, 1), (6, 1)]


def test_the_microsecond_before_an_end_is_inside_and_the_end_is_not() -> None:
    window = opened(2, 1)
    window.add(one(), SECOND - 1)
    window.add(one(), SECOND)
    assert closed(window, 2 * SECOND) == [(1, 1), (2, 2)]


def test_times_before_the_epoch_of_a_file_are_windows_too() -> None:
    window = opened(2, 1, at=-3 * SECOND)
    window.add(one(), -3 * SECOND)
    assert closed(window, 0) == [(-2, 1), (-1, 1), (0, 0)]


def test_a_face_is_a_track_of_the_window_as_long_as_one_of_its_frames_is() -> None:
    window = opened(2, 1)
    for second, track in ((0, 1), (0, 2), (1, 2), (2, 3)):
        window.add(one(track), second * SECOND)
    tracks = []
    while window.next_end <= 5 * SECOND:
        tally, _ = window.close(5 * SECOND)
        tracks.append(sorted(tally.tracks))
    assert tracks == [[1, 2], [1, 2], [2, 3], [3], []]


def test_covered_time_is_split_over_the_borders() -> None:
    #   0         1         2         3
    #        [=================)            covered from 0.5 to 2.3
    window = opened(1, 1)
    window.cover(SECOND // 2, 23 * SECOND // 10)
    covered = [window.close(3 * SECOND)[0].covered for _ in range(3)]
    assert covered == [500_000, 1_000_000, 300_000]


def test_nothing_is_taken_for_a_closed_time() -> None:
    window = opened(2, 1)
    window.add(one(), 0)
    closed(window, SECOND)
    assert not window.add(one(), SECOND - 1)
    window.cover(0, SECOND + 1)
    assert window.close(2 * SECOND)[0].covered == 1


def test_of_a_long_run_of_empty_windows_only_the_last_are_made() -> None:
    window = opened(2, 1)
    window.add(one(), 0)
    hours = 10_000 * SECOND
    window.add(one(), hours + SECOND // 2)
    made = closed(window, hours + SECOND)
    assert made[:3] == [(1, 1), (2, 1), (3, 0)]
    assert [end for end, _ in made[3:]] == list(range(10_001 - MOST_EMPTY, 10_002))
    assert made[-1] == (10_001, 1)


def test_a_run_of_empty_windows_that_is_not_long_is_made_in_full() -> None:
    window = opened(2, 1)
    window.add(one(), 0)
    assert len(closed(window, 100 * SECOND)) == 100


def test_what_is_held_does_not_grow_with_the_readings() -> None:
    window = opened(60, 5)
    for index in range(10_000):
        at = index * SECOND // 10
        closed(window, at)
        window.add(one(), at)
    panes = window._panes  # noqa: SLF001 - memory has no other face
    assert isinstance(panes, deque)
    assert len(panes) == 12


@pytest.mark.parametrize(("length", "interval"), [(0.0, 1.0), (2.0, 0.0), (-1.0, 1.0), (2.0, 1e-9)])
def test_a_window_of_no_time_is_refused(length: float, interval: float) -> None:
    with pytest.raises(ValueError, match="'w' has a length"):
        SlidingWindow(Window("w", length, interval))
