"""The aggregator: the summaries a stream's readings come to."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation import Aggregator, Summary, Window
from inference.reading import EMOTIONS
from tests.aggregation_reference import SECOND, Arrived, expected_windows, face, pure, reading

if TYPE_CHECKING:
    from inference.reading import Face, Scores

TODAY = 1_795_000_000.0
HAPPY = face(1, pure("happiness"))
SAD = face(2, pure("sadness"))
TWO_SECONDS = Window("2s", 2.0, 0.5)
MINUTE = Window("60s", 60.0, 5.0)
TEN_FPS = 0.1
FLAT = (1 / 8,) * 8


def fed(aggregator: Aggregator, times: list[float], *faces: Face, first: int = 0) -> list[Summary]:
    return [
        summary
        for sequence, at in enumerate(times, first)
        for summary in aggregator.add(reading(sequence, *faces), at)
    ]


def every(interval: float, start: float, end: float) -> list[float]:
    """Times from `start` on, before `end`."""
    return [start + index * interval for index in range(round((end - start) / interval))]


# -- what a window comes to


def test_a_steady_stream_gives_full_windows_at_every_multiple_of_the_interval() -> None:
    #  readings   ||||||||||||||||||||||||||||||||||||||||   10 a second
    #             0         1         2         3         4
    #                       [-------------------)           [1, 3): 20 of them
    summaries = fed(
        Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS), every(0.1, 0.0, 4.0), HAPPY
    )
    full = [summary for summary in summaries if summary.start > 0]
    assert [(summary.start, summary.end) for summary in full] == [(0.5, 2.5), (1.0, 3.0), (1.5, 3.5)]
    for summary in full:
        assert (summary.frames, summary.faces, summary.tracks, summary.coverage) == (20, 20, 1, 1.0)
        assert summary.mean_scores == pytest.approx(pure("happiness"), abs=1e-9)
        assert summary.face_distribution == pure("happiness")
        assert summary.dominant == "happiness"


def test_a_window_holds_its_start_and_not_its_end() -> None:
    #   A           B           C      times 1, 2, 3
    #   1           2           3
    #   [-----------)                  [1, 2): A alone
    #               [-----------)      [2, 3): B alone
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)])
    summaries = fed(aggregator, [1.0, 2.0, 3.0], HAPPY)
    assert [(each.start, each.end, each.frames) for each in summaries] == [(1.0, 2.0, 1), (2.0, 3.0, 1)]


def test_windows_align_to_the_epoch_and_not_to_the_first_reading() -> None:
    first = TODAY + 0.137
    summaries = fed(Aggregator("lobby", [TWO_SECONDS, MINUTE]), every(0.1, first, first + 12), HAPPY)
    assert [each.end for each in summaries if each.window == "2s"][:3] == [
        TODAY + 0.5,
        TODAY + 1.0,
        TODAY + 1.5,
    ]
    assert [each.end for each in summaries if each.window == "60s"] == [TODAY + 5.0, TODAY + 10.0]


def test_the_first_window_says_that_it_was_hardly_covered() -> None:
    #             first reading at 10
    #             |||||||||||
    #   8    9    10   11   12
    #      [-----------)            [8.5, 10.5): a quarter
    summaries = fed(
        Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS), every(0.1, 10.0, 12.6), HAPPY
    )
    assert [(each.start, each.coverage) for each in summaries] == [
        (8.5, 0.25),
        (9.0, 0.5),
        (9.5, 0.75),
        (10.0, 1.0),
        (10.5, 1.0),
    ]


def test_two_faces_are_averaged_over_observations_and_not_over_people() -> None:
    #   face 1 happy   ||||||||||    10 observations
    #   face 2 sad     |||||          5 observations
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)], time_constant=0.0)
    for index in range(10):
        aggregator.add(reading(index, *([HAPPY, SAD] if index < 5 else [HAPPY])), index / 10)
    (summary,) = aggregator.add(reading(10), 1.0)
    assert (summary.frames, summary.faces, summary.tracks) == (10, 15, 2)
    assert summary.mean_scores is not None
    assert summary.mean_scores[EMOTIONS.index("happiness")] == pytest.approx(2 / 3, abs=1e-9)
    assert summary.face_distribution is not None
    assert summary.face_distribution[EMOTIONS.index("sadness")] == pytest.approx(1 / 3, abs=1e-12)


def test_the_distribution_counts_the_smoothed_top_score() -> None:
    #  frame    1      2      3 ... 100 ms apart, a single surprised frame among calm ones
    #  scores   calm   surpr  calm
    #  alpha = 1 - exp(-0.4) = 0.33: the surprise never becomes the top score
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)])
    for index in range(10):
        shown = pure("surprise") if index == 5 else pure("neutral")
        aggregator.add(reading(index, face(1, shown)), index / 10)
    (summary,) = aggregator.add(reading(10), 1.0)
    assert summary.face_distribution == pure("neutral")
    assert summary.mean_scores is not None
    assert 0.05 < summary.mean_scores[EMOTIONS.index("surprise")] < 0.1


def test_a_window_without_a_face_has_no_scores_and_never_zeros() -> None:
    summaries = fed(Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS), every(0.1, 0.0, 2.1))
    last = summaries[-1]
    assert (last.frames, last.faces, last.tracks, last.coverage) == (20, 0, 0, 1.0)
    assert last.mean_scores is None
    assert last.face_distribution is None
    assert last.dominant is None


def test_the_smoothing_delay_is_said() -> None:
    (summary,) = fed(Aggregator("lobby", [TWO_SECONDS], time_constant=0.4), [0.0, 0.5], HAPPY)
    assert summary.smoothing_delay == 0.4


def test_the_weight_of_a_window_is_the_number_of_its_faces() -> None:
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)])
    (summary,) = fed(aggregator, [0.2, 0.4, 1.0], HAPPY, SAD)
    assert (summary.faces, summary.weight) == (4, 4.0)


def test_the_weight_of_a_window_by_quality_is_the_sum_of_the_qualities() -> None:
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0, "quality")])
    seen = [face(1, pure("happiness"), 0.5), face(2, pure("sadness"), 0.25), face(3, FLAT, 0.0)]
    (summary,) = fed(aggregator, [0.2, 0.4, 1.0], *seen)
    assert summary.faces == 6
    assert summary.weight == pytest.approx(1.5)


def test_numbers_go_on_after_those_of_a_run_before() -> None:
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)], sequence=1841)
    assert [each.sequence for each in fed(aggregator, [0.2, 1.2, 2.2], HAPPY)] == [1842, 1843]


def test_sequences_rise_by_one_over_all_windows_in_order_of_end_then_configuration() -> None:
    aggregator = Aggregator("lobby", [MINUTE, TWO_SECONDS])
    summaries = fed(aggregator, every(0.1, TODAY, TODAY + 11), HAPPY)
    assert [each.sequence for each in summaries] == list(range(1, len(summaries) + 1))
    assert [each.end for each in summaries] == sorted(each.end for each in summaries)
    assert [each.window for each in summaries if each.end == TODAY + 5.0] == ["60s", "2s"]


def test_windows_that_close_together_come_in_the_same_order_after_a_hole() -> None:
    aggregator = Aggregator("lobby", [Window("a", 1.0, 1.0), Window("b", 2.0, 1.0), Window("c", 1.0, 0.5)])
    summaries = fed(aggregator, [0.2, 2.2], HAPPY)
    assert [(each.end, each.window) for each in summaries] == [
        (0.5, "c"),
        (1.0, "a"),
        (1.0, "b"),
        (1.0, "c"),
        (1.5, "c"),
        (2.0, "a"),
        (2.0, "b"),
        (2.0, "c"),
    ]


# -- coverage


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0, 25.0])
def test_a_camera_that_runs_steadily_covers_its_windows(fps: float) -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    summaries = fed(aggregator, every(1 / fps, TODAY, TODAY + 20), HAPPY)
    assert [each.coverage for each in summaries if each.start >= TODAY + 4] == pytest.approx(
        [1.0] * 28, abs=1e-12
    )


def test_a_stream_that_is_down_for_half_a_window_covers_half_of_it() -> None:
    #   ||||||||||..........||||||||||      down in [5, 6)
    #   4         5         6
    #   [-------------------)               [4, 6): half, and a frame time for the frame that ends the hole
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    summaries = fed(aggregator, every(0.1, 0.0, 5.0) + every(0.1, 6.0, 9.0), HAPPY)
    by_end = {each.end: each for each in summaries}
    assert by_end[6.0].coverage == pytest.approx(0.5, abs=0.05)
    assert by_end[6.0].frames == 10
    assert by_end[8.5].coverage == 1.0


def test_a_lost_frame_does_not_count_as_lost_time() -> None:
    times = every(0.1, 0.0, 4.1)
    del times[25]
    summaries = fed(Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS), times, HAPPY)
    assert {each.coverage for each in summaries if each.start >= 0} == {1.0}


# -- time that passes without readings


def test_a_camera_that_is_down_gives_empty_windows_as_time_passes() -> None:
    #   ||||||||||                        readings until 1.0, then none; lateness 1
    #   0    |    1    |    2    |    3
    #   now                      2.5: [-0.5, 1.5) closes;  4.1: [1.0, 3.0) is empty
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    fed(aggregator, every(0.1, 0.0, 1.0), HAPPY)
    assert aggregator.advance(1.9) == []
    summaries = [each for tick in range(20, 42) for each in aggregator.advance(tick / 10)]
    assert [(each.end, each.frames) for each in summaries] == [
        (1.0, 10),
        (1.5, 10),
        (2.0, 10),
        (2.5, 5),
        (3.0, 0),
    ]
    assert summaries[-1].coverage == 0.0
    assert summaries[-1].mean_scores is None
    assert summaries[2].coverage == pytest.approx(0.45, abs=1e-9)


def test_a_window_closes_exactly_when_its_lateness_has_passed() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS, lateness=1.0)
    fed(aggregator, [TODAY + 0.2], HAPPY)
    assert aggregator.advance(TODAY + 1.499999) == []
    assert [each.end for each in aggregator.advance(TODAY + 1.5)] == [TODAY + 0.5]


def test_ticks_between_readings_change_nothing_of_a_running_stream() -> None:
    ticked = Aggregator("lobby", [TWO_SECONDS, MINUTE], expected_interval=TEN_FPS)
    plain = Aggregator("lobby", [TWO_SECONDS, MINUTE], expected_interval=TEN_FPS)
    times = every(0.1, TODAY, TODAY + 20)
    summaries: list[Summary] = []
    for sequence, at in enumerate(times):
        summaries += ticked.add(reading(sequence, HAPPY), at) + ticked.advance(at + 0.09)
    assert summaries == fed(plain, times, HAPPY)


def test_ticks_do_not_close_the_windows_of_a_slow_camera_before_its_frame_can_come() -> None:
    #   |                   |                   |     a frame every 2 s, ticks every 0.5 s, lateness 1
    slow = Window("10s", 10.0, 0.5)
    aggregator = Aggregator("lobby", [slow], expected_interval=2.0)
    summaries: list[Summary] = []
    for index in range(20):
        summaries += aggregator.add(reading(index, HAPPY), 2.0 * index)
        for tick in range(4):
            summaries += aggregator.advance(2.0 * index + tick / 2)
    assert {each.coverage for each in summaries if each.start >= 0} == {1.0}
    assert aggregator.figures.late == 0


def test_a_stream_that_never_gave_a_reading_gives_empty_windows() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS])
    summaries = [each for tick in range(30) for each in aggregator.advance(TODAY + tick / 10)]
    assert [(each.end, each.coverage) for each in summaries] == [
        (TODAY + 0.5, 0.0),
        (TODAY + 1.0, 0.0),
        (TODAY + 1.5, 0.0),
    ]


def test_a_reading_after_its_window_closed_by_the_clock_is_late_and_counted() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    fed(aggregator, [0.1], HAPPY)
    assert [each.end for each in aggregator.advance(2.0)] == [0.5, 1.0]
    fed(aggregator, [0.9, 1.1], HAPPY, first=1)
    assert aggregator.figures.late == 1
    (summary,) = aggregator.advance(2.5)
    assert summary.frames == 2


def test_after_a_hole_of_hours_neither_the_summaries_nor_the_work_explode() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS, MINUTE], expected_interval=TEN_FPS)
    fed(aggregator, every(0.1, TODAY, TODAY + 10), HAPPY)
    summaries = fed(aggregator, [TODAY + 36_000.2, TODAY + 36_000.5], HAPPY, first=100)
    assert len(summaries) < 270
    assert aggregator.figures.skipped > 70_000
    assert [each.frames for each in summaries if each.window == "2s"][:6] == [20, 15, 10, 5, 0, 0]
    last = summaries[-1]
    assert (last.end, last.frames) == (TODAY + 36_000.5, 1)
    assert [each.sequence for each in summaries] == list(range(summaries[0].sequence, last.sequence + 1))


def test_a_hole_of_a_minute_is_told_window_by_window() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS])
    summaries = fed(aggregator, [0.1, 60.1], HAPPY)
    assert [each.end for each in summaries] == every(0.5, 0.5, 60.5)
    assert aggregator.figures.skipped == 0


# -- readings that are not plain


def test_a_duplicate_counts_once() -> None:
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)])
    for sequence in (0, 1, 1, 0, 2, 1):
        aggregator.add(reading(sequence, HAPPY), sequence / 10)
    (summary,) = aggregator.finish()
    assert (summary.frames, summary.faces) == (3, 3)
    assert aggregator.figures.duplicate == 3
    assert aggregator.figures.late == aggregator.figures.out_of_order == 0


def test_a_reading_out_of_order_counts_in_a_window_that_is_open() -> None:
    #   arrival  1st  3rd  2nd
    #            0.0  0.1  0.2
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)])
    for sequence in (0, 2, 1):
        aggregator.add(reading(sequence, HAPPY), sequence / 10)
    (summary,) = aggregator.finish()
    assert summary.frames == 3
    assert aggregator.figures.out_of_order == 1


def test_a_late_reading_still_counts_in_the_windows_that_are_open() -> None:
    #             0.4 arrives after 0.6
    #   0    0.4    0.5  0.6          5
    #   [-----------)                       closed
    #   [-----------------------------)     open
    aggregator = Aggregator("lobby", [Window("short", 0.5, 0.5), Window("long", 5.0, 5.0)])
    (short,) = [
        summary for s, at in ((0, 0.1), (2, 0.6), (1, 0.4)) for summary in aggregator.add(reading(s), at)
    ]
    assert (short.window, short.frames) == ("short", 1)
    assert aggregator.figures.late == 1
    long = next(each for each in aggregator.finish() if each.window == "long")
    assert long.frames == 3


def test_disorder_holds_windows_open_for_readings_behind_their_successors() -> None:
    aggregator = Aggregator("lobby", [Window("1s", 1.0, 1.0)], disorder=0.3)
    summaries = [
        s for n, at in ((0, 0.8), (2, 1.2), (1, 0.9), (3, 1.3)) for s in aggregator.add(reading(n), at)
    ]
    assert [each.frames for each in summaries] == [2]
    assert aggregator.figures.late == 0


def test_a_source_that_counts_from_its_beginning_again_goes_on() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    fed(aggregator, every(0.1, 0.0, 2.0), HAPPY)
    summaries = fed(aggregator, every(0.1, 2.0, 6.05), HAPPY)
    assert [each.frames for each in summaries if each.start >= 0] == [20] * len(summaries)
    assert aggregator.figures.duplicate == 0


def test_a_clock_that_is_set_back_costs_no_more_than_a_moment() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    before = fed(aggregator, every(0.1, TODAY, TODAY + 10.2), HAPPY)
    after = fed(aggregator, every(0.1, TODAY - 3600, TODAY - 3590), HAPPY, first=102)
    assert after[0].end == TODAY + 10.5
    assert after[0].sequence == before[-1].sequence + 1
    assert [each.end for each in after[1:3]] == [TODAY - 3599.5, TODAY - 3599.0]
    assert after[-1].coverage == 1.0
    assert aggregator.figures.set_back == 1
    assert aggregator.figures.late == 0


def test_a_clock_that_jumps_ahead_and_back_while_the_camera_is_down_is_survived() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    fed(aggregator, every(0.1, TODAY, TODAY + 5), HAPPY)
    aggregator.advance(TODAY + 10_000)
    aggregator.advance(TODAY + 6)
    summaries = fed(aggregator, every(0.1, TODAY + 7, TODAY + 12.1), HAPPY, first=50)
    assert summaries[-1].coverage == 1.0
    assert summaries[-1].end == TODAY + 12.0
    assert aggregator.figures.set_back == 1
    assert aggregator.advance(TODAY + 12.2) == []


def test_a_clock_that_was_ahead_when_the_camera_went_down_is_survived() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    for sequence, at in enumerate(every(0.1, TODAY + 100, TODAY + 105)):
        aggregator.add(reading(sequence, HAPPY), at)
        aggregator.advance(at)
    aggregator.advance(TODAY)
    summaries = fed(aggregator, every(0.1, TODAY + 1, TODAY + 6.1), HAPPY, first=50)
    assert (summaries[-1].end, summaries[-1].coverage) == (TODAY + 6.0, 1.0)
    assert (aggregator.figures.set_back, aggregator.figures.late) == (1, 0)


def test_faces_that_went_do_not_stay_in_memory() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    for sequence, at in enumerate(every(0.1, TODAY, TODAY + 100)):
        aggregator.add(reading(sequence, face(sequence, pure("fear"))), at)
    assert sum(observing.tracks for observing, _ in aggregator._kinds) < 100  # noqa: SLF001 - memory has no other face


def test_a_very_old_reading_is_not_taken_since_it_may_have_come_before() -> None:
    aggregator = Aggregator("lobby", [Window("1h", 3600.0, 3600.0)])
    fed(aggregator, every(0.1, 0.0, 200.0), HAPPY)
    aggregator.add(reading(3, HAPPY), 0.3)
    (summary,) = aggregator.finish()
    assert summary.frames == 2000
    assert aggregator.figures.late == 1


# -- faces that cannot be read


def test_a_face_that_shows_nothing_counts_for_no_emotion_more_than_for_another() -> None:
    #   face 1 happy, face 2 flat: its eight shares are alike
    faces = HAPPY, face(2, FLAT, 0.0)
    (summary,) = fed(Aggregator("lobby", [Window("1s", 1.0, 1.0)]), every(0.1, 0.0, 1.1), *faces)
    expected = [0.5 * (emotion == "happiness") + 0.5 / 8 for emotion in EMOTIONS]
    assert summary.face_distribution == pytest.approx(expected)
    assert summary.dominant == "happiness"


def test_nothing_is_dominant_where_no_face_could_be_read() -> None:
    (summary,) = fed(Aggregator("lobby", [Window("1s", 1.0, 1.0)]), every(0.1, 0.0, 1.1), face(1, FLAT, 0.0))
    assert summary.mean_scores == pytest.approx(FLAT)
    assert summary.face_distribution == pytest.approx(FLAT)
    assert summary.dominant is None


# -- weighted by quality


BY_QUALITY = Window("1s", 1.0, 1.0, "quality")


def test_a_face_counts_by_its_quality_where_the_window_asks_for_it() -> None:
    #   face 1 happy   quality 0.75   ||||||||||
    #   face 2 sad     quality 0.25   ||||||||||
    faces = face(1, pure("happiness"), 0.75), face(2, pure("sadness"), 0.25)
    alike, weighted = fed(
        Aggregator("lobby", [Window("w", 1.0, 1.0), BY_QUALITY]), every(0.1, 0.0, 1.1), *faces
    )
    assert alike.mean_scores == pytest.approx(both(0.5), abs=1e-9)
    for shares in (weighted.mean_scores, weighted.face_distribution):
        assert shares == pytest.approx(both(0.75), abs=1e-6)
    assert (weighted.faces, weighted.tracks, weighted.dominant) == (20, 2, "happiness")


def both(happy: float) -> Scores:
    return tuple(happy * a + (1 - happy) * b for a, b in zip(pure("happiness"), pure("sadness"), strict=True))


def test_a_moment_in_which_a_face_cannot_be_read_leaves_no_trace_by_quality() -> None:
    #   scores    happy  flat  happy      flat frames of quality 0, such as a hand before the face
    aggregator = Aggregator("lobby", [BY_QUALITY])
    for index in range(10):
        seen = face(1, FLAT, 0.0) if 3 <= index < 7 else HAPPY
        aggregator.add(reading(index, seen), index / 10)
    (summary,) = aggregator.finish()
    assert summary.faces == 10
    assert summary.mean_scores == pytest.approx(pure("happiness"), abs=1e-9)


def test_a_window_of_faces_without_any_quality_has_no_scores_but_counts_them() -> None:
    (summary,) = fed(Aggregator("lobby", [BY_QUALITY]), every(0.1, 0.0, 1.1), face(1, pure("fear"), 0.0))
    assert (summary.frames, summary.faces, summary.tracks) == (10, 10, 1)
    assert (summary.mean_scores, summary.face_distribution, summary.dominant) == (None, None, None)


def test_windows_that_do_not_ask_for_it_do_not_see_the_quality() -> None:
    poor, good = (
        fed(Aggregator("lobby", [TWO_SECONDS]), every(0.1, 0.0, 2.1), face(1, pure("fear"), quality))
        for quality in (0.01, 1.0)
    )
    assert poor == good


# -- the end of a file


def test_a_file_ends_with_the_window_that_covers_its_last_reading() -> None:
    #   ||||||||||||||||||||||||           last reading at 2.3
    #   0         1         2    .5
    #        [-------------------)         the last: [0.5, 2.5)
    aggregator = Aggregator("lobby", [TWO_SECONDS, MINUTE], expected_interval=TEN_FPS)
    fed(aggregator, every(0.1, 0.0, 2.4), HAPPY)
    assert [(each.window, each.start, each.end) for each in aggregator.finish()] == [
        ("2s", 0.5, 2.5),
        ("60s", -55.0, 5.0),
    ]
    assert aggregator.finish() == []


def test_a_file_without_a_reading_gives_nothing() -> None:
    assert Aggregator("lobby", [TWO_SECONDS]).finish() == []


# -- against a reference


def arrivals(random: Random, count: int, disorder: int) -> list[Arrived]:
    """Readings at irregular times, some after a hole, displaced by up to `disorder`, some twice."""
    at = random.choice([0, 1_795_000_000_123_457])
    placed = []
    for sequence in range(count):
        at += random.choice([0, 40_000, 100_000, random.randrange(1, 500_000), random.randrange(1, 500_000)])
        at += random.randrange(6 * SECOND) if random.random() < 0.05 else 0
        faces = [
            face(track, (1 / 8,) * 8 if random.random() < 0.2 else some_scores(random), some_quality(random))
            for track in random.sample(range(6), random.randrange(4))
        ]
        arrived = Arrived(reading(sequence, *faces), at)
        times = 2 if random.random() < 0.1 else 1
        placed += [(at + random.randint(0, disorder), sequence, arrived) for _ in range(times)]
    return [arrived for _, _, arrived in sorted(placed, key=lambda each: each[:2])]


def some_scores(random: Random) -> Scores:
    parts = [random.random() ** 4 for _ in EMOTIONS]
    return tuple(part / sum(parts) for part in parts)


def some_quality(random: Random) -> float:
    return random.choice([0.0, 0.0, 1.0, random.randrange(1025) / 1024])


windows = st.tuples(st.integers(100_000, 6 * SECOND), st.integers(150_000, 3 * SECOND)) | st.sampled_from(
    [(2 * SECOND, 500_000), (5 * SECOND, SECOND), (1_700_000, 900_000), (500_000, SECOND)]
)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 1 << 32),
    count=st.integers(1, 60),
    shapes=st.lists(windows, min_size=1, max_size=3),
    interval=st.sampled_from([40_000, 100_000, SECOND]),
    disorder=st.sampled_from([0, 0, 300_000, 2 * SECOND]),
    allowed=st.booleans(),
    by_quality=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_any_readings_come_to_what_the_reference_says(
    seed: int,
    count: int,
    shapes: list[tuple[int, int]],
    interval: int,
    disorder: int,
    allowed: bool,
    by_quality: list[bool],
) -> None:
    arrived = arrivals(Random(seed), count, disorder)
    allowance = disorder if allowed else 0
    aggregator = Aggregator(
        "lobby",
        [
            Window(str(index), length / SECOND, step / SECOND, "quality" if by_quality[index] else "equal")
            for index, (length, step) in enumerate(shapes)
        ],
        expected_interval=interval / SECOND,
        disorder=allowance / SECOND,
    )
    summaries = [each for one in arrived for each in aggregator.add(one.reading, one.at / SECOND)]
    summaries += aggregator.finish()

    assert [each.sequence for each in summaries] == list(range(1, len(summaries) + 1))
    for index, (length, step) in enumerate(shapes):
        expected = expected_windows(
            arrived,
            length,
            step,
            tau=0.25,
            expected_interval=interval,
            disorder=allowance,
            by_quality=by_quality[index],
        )
        actual = [each for each in summaries if each.window == str(index)]
        assert [each.end for each in actual] == [each.end / SECOND for each in expected]
        for mine, theirs in zip(actual, expected, strict=True):
            assert (mine.frames, mine.faces, mine.tracks) == (theirs.frames, theirs.faces, theirs.tracks)
            assert mine.coverage == pytest.approx(theirs.coverage, abs=1e-9)
            _agree(mine.mean_scores, theirs.mean_scores)
            _agree(mine.face_distribution, theirs.face_distribution)


def _agree(mine: Scores | None, theirs: Scores | None) -> None:
    if mine is None or theirs is None:
        assert mine is theirs
    else:
        assert mine == pytest.approx(theirs, abs=1e-9)
        assert sum(mine) == pytest.approx(1.0, abs=1e-9)


def test_a_camera_looked_at_more_often_from_now_on_is_missed_as_soon() -> None:
    """What was usual at one frame in ten seconds must not excuse an outage at ten a second."""
    aggregator = Aggregator("s", [Window("w", 2.0, 0.5)], expected_interval=10.0)
    aggregator.expect(0.1)
    for number in range(60):
        aggregator.add(reading(number), 1000 + number / 10)
    dark = [summary for tick in range(100) for summary in aggregator.advance(1006 + tick / 10)]
    assert [summary.coverage for summary in dark if summary.start >= 1006.0][:2] == [0.0, 0.0]


# -- fewer frames for a while


@given(st.lists(st.tuples(st.sampled_from([1, 3, 5, 10]), st.integers(0, 7)), min_size=12), st.booleans())
@settings(max_examples=30, deadline=None)
def test_what_was_seen_counts_until_the_next_frame_where_fewer_are_wanted(
    steps: list[tuple[int, int]], by_quality: bool
) -> None:
    #  wanted   |||||  |    |    |||   |          |    each stands for the time up to the next:
    #  as if    |||||..|....|....|||...|..........|    it had been seen again every tenth of a second
    windows = [Window("2s", 2.0, 0.5, "quality" if by_quality else "equal"), Window("1s", 1.0, 0.3)]
    relaxed, whole = (
        Aggregator("lobby", windows, time_constant=0.0, expected_interval=TEN_FPS) for _ in range(2)
    )
    mine: list[Summary] = []
    theirs: list[Summary] = []
    at, number = 0, 0
    for step, emotion in [(1, 0)] * 20 + steps + [(1, 0)] * 10:
        seen = face(emotion, pure(EMOTIONS[emotion]), quality=0.2 + emotion / 10)
        mine += relaxed.add(reading(number, seen), at / 10)
        relaxed.relax(step / 10)
        for held in range(at, at + step):
            theirs += whole.add(reading(held, seen), held / 10)
        at, number = at + step, number + 1
    for one, other in zip(mine, theirs, strict=False):
        assert (one.end, one.tracks) == (other.end, other.tracks)
        assert one.coverage == pytest.approx(other.coverage)
        assert one.mean_scores == pytest.approx(other.mean_scores, abs=1e-6)
        assert one.face_distribution == pytest.approx(other.face_distribution, abs=1e-6)
        assert one.weight == pytest.approx(other.weight, abs=1e-6)


def test_a_camera_that_fails_while_fewer_frames_are_wanted_is_held_no_longer_than_one_of_them() -> None:
    #  wanted twice a second   |    |    |              (down)             |    |
    aggregator = Aggregator("lobby", [Window("10s", 10.0, 10.0)], expected_interval=TEN_FPS)
    aggregator.relax(0.5)
    (summary,) = fed(aggregator, [*every(0.5, 0.0, 3.5), 8.0, 8.5, 9.0, 9.5, 10.0], HAPPY)
    assert summary.coverage == pytest.approx((3.0 + 0.5 + 4 * 0.5) / 10)
    assert summary.weight == pytest.approx(summary.coverage * 100)


def test_a_window_between_two_frames_that_were_wanted_shows_what_the_first_did() -> None:
    #  wanted twice a second  |         |         |         |
    #  windows of 0.3 s       [-----)[-----)[-----)[-----)
    aggregator = Aggregator("lobby", [Window("short", 0.3, 0.3)], expected_interval=TEN_FPS)
    aggregator.relax(0.5)
    windows = [each for each in fed(aggregator, every(0.53, 0.0, 20.0), HAPPY) if each.start >= 0.5]
    assert {each.frames for each in windows} == {0, 1}
    for each in windows:
        assert each.mean_scores == pytest.approx(pure("happiness"))
        assert each.face_distribution == pytest.approx(pure("happiness"))
        assert (each.tracks, each.dominant) == (1, "happiness")


def test_faces_at_once_are_those_of_the_time_and_not_of_where_most_frames_are() -> None:
    #  wanted each second, ten times a second while somebody is there: 22 s of a minute
    aggregator = Aggregator("lobby", [MINUTE], expected_interval=TEN_FPS)
    aggregator.relax(1.0)
    windows = fed(aggregator, every(1.0, 0.0, 28.0))
    aggregator.relax(TEN_FPS)
    windows += fed(aggregator, every(0.1, 28.0, 50.0), HAPPY, first=100)
    aggregator.relax(1.0)
    windows += fed(aggregator, every(1.0, 50.0, 61.0), first=1000)
    whole = windows[-1]
    assert (whole.start, whole.end, whole.frames) == (0.0, 60.0, 28 + 220 + 10)
    assert whole.faces / whole.frames == pytest.approx(22 / 60, abs=1 / whole.frames)
    assert whole.mean_scores == pytest.approx(pure("happiness"))


def test_a_part_looked_at_seldom_weighs_as_much_as_one_looked_at_often_where_frames_come_unevenly() -> None:
    #  25 a second thinned to 10: gaps of 80 and 120 ms, then twice a second
    steady = [index / 25 for index in range(500) if index % 5 in {0, 2}]
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    before = fed(aggregator, steady, HAPPY)[-1]
    aggregator.relax(0.5)
    after = fed(aggregator, every(0.5, 20.0, 30.5), HAPPY, first=1000)[-1]
    assert after.weight == pytest.approx(before.weight) == pytest.approx(20)


def test_a_window_in_which_seldom_frames_were_lost_weighs_what_it_covers() -> None:
    #  wanted twice a second   |    |    |    .    .    |    |    .    .    |    |
    times = [at for number, at in enumerate(every(0.5, 0.0, 40.0)) if number % 5 not in {3, 4}]
    aggregator = Aggregator("lobby", [Window("10s", 10.0, 0.5)], expected_interval=TEN_FPS)
    aggregator.relax(0.5)
    windows = [each for each in fed(aggregator, times, HAPPY) if each.start >= 5.0]
    assert {round(each.coverage, 6) for each in windows} == {0.6}
    assert [each.weight for each in windows] == pytest.approx([60.0] * len(windows))


def test_where_nobody_is_there_nothing_is_held() -> None:
    aggregator = Aggregator("lobby", [TWO_SECONDS], expected_interval=TEN_FPS)
    aggregator.relax(1.0)
    summaries = fed(aggregator, every(1.0, 0.0, 10.0))
    assert {each.mean_scores for each in summaries} == {None}
    assert {each.coverage for each in summaries if each.start >= 0} == {1.0}
