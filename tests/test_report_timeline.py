"""Windows along a file, thinned out to what a page can show, and the bands made of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from aggregation import Summary
from semblance.report.bands import Gap, runs_and_gaps
from semblance.report.plot import spread
from semblance.report.timeline import MOST_POINTS, Point, Timeline
from tests.readings import HAPPY, NEUTRAL

MIXED = (0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 0.0, 0.0)


def window(end: float, scores: tuple[float, ...] | None, length: float = 2.0, frames: int = 20) -> Summary:
    faces = frames if scores else 0
    return Summary("x", "2s", 1, end - length, end, 0.25, frames, faces, 1, 1.0, scores, scores, None)


def test_a_window_stands_at_the_middle_of_what_it_has_of_the_file() -> None:
    """
    ends       0   1   2   3   4
               [-------]           at 1
               |   [-------]       at 2
           [---|---]               half of it in the file: at 0.5
         [-----|-]                 less than half: left out
    """
    timeline = Timeline(0.5)
    for end in (0.5, 1.0, 2.0, 3.0):
        timeline.add(window(end, HAPPY), 4.0)
    assert [point.at for point in timeline.points()] == [0.5, 1.0, 2.0]


def test_a_long_file_has_no_more_points_than_a_page_shows_and_loses_none() -> None:
    timeline = Timeline(0.5)
    for number in range(10_000):
        end = 2 + number / 2
        timeline.add(window(end, HAPPY if number % 4 else NEUTRAL), end)
    points = timeline.points()
    assert MOST_POINTS // 2 <= len(points) <= MOST_POINTS
    assert timeline.step == 16.0
    happy = [point.mean[4] for point in points if point.mean]
    assert happy[1:-1] == pytest.approx([0.75] * (len(points) - 2))


def test_windows_without_faces_count_for_nothing_where_others_have_some() -> None:
    timeline = Timeline(1.0)
    timeline.step = 10.0
    for end, scores in ((2.0, HAPPY), (3.0, None), (4.0, MIXED)):
        timeline.add(window(end, scores), end)
    (point,) = timeline.points()
    assert point.mean
    assert point.mean[4] == pytest.approx((1 + 0.25) / 2)


def test_bands_and_gaps_fill_the_whole_time() -> None:
    """
    points       1       2       3       4       5
    faces        yes     yes     no      unseen  yes
    0........................2.5.....3.5.....4.5.....6
    """
    points = [
        Point(1.0, HAPPY, HAPPY, True),
        Point(2.0, NEUTRAL, NEUTRAL, True),
        Point(3.0, None, None, True),
        Point(4.0, None, None, False),
        Point(5.0, HAPPY, HAPPY, True),
    ]
    runs, gaps = runs_and_gaps(points, "mean", 6.0)
    assert [run.times for run in runs] == [[0.0, 1.0, 2.0, 2.5], [4.5, 5.0, 6.0]]
    assert gaps == [Gap(2.5, 3.5, watched=True), Gap(3.5, 4.5, watched=False)]
    neutral, happiness = runs[0].tops[0], runs[0].tops[1]
    assert neutral == [0.0, 0.0, 1.0, 1.0]
    assert happiness == [1.0, 1.0, 1.0, 1.0]


def test_names_keep_a_line_apart_and_stay_above_the_floor() -> None:
    places = spread([(0.5, "a"), (0.51, "b"), (0.99, "c"), (1.0, "d")])
    heights = [at for at, _ in places]
    assert all(below - above >= 0.104 for above, below in pairwise(heights))
    assert heights[-1] <= 0.95
