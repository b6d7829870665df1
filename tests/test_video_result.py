"""The processing result of a video, in both styles."""

from __future__ import annotations

import json
from collections import deque
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.readings import HAPPY, NEUTRAL, SAD, face, reading
from web.emotion import video_result
from web.emotion.moving_mean import DELAY
from web.emotion.video_document import VIDEO_ORDER
from web.emotion.video_result import ResultTooLongError, VideoResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inference import Reading
    from web.emotion.models import OutputStyle

NTSC = 30000 / 1001
STYLES: list[OutputStyle] = ["aggregate", "perFrame"]


def result(style: OutputStyle, readings: Iterable[Reading], fps: float | None = 25.0, **rest: Any) -> Any:
    made = VideoResult(style, fps, **rest)
    for each in readings:
        deque(made.add(each), maxlen=0)
    return json.loads(made.text())


def film(
    seconds: float, shown: Callable[[float], Iterable[Any]] = lambda _: (face(),), fps: float = 25.0
) -> list[Reading]:
    """A reading for each frame of a video whose faces are a matter of the time."""
    return [reading(number, number / fps, *shown(number / fps)) for number in range(round(seconds * fps))]


def events(document: Any) -> list[tuple[float, list[Any]]]:
    """Each interval's start in seconds and what is in it; a bare fragment has none."""
    return [
        ((fragment["start"] + index * fragment["interval"]) / document["timescale"], event)
        for fragment in document["fragments"]
        for index, event in enumerate(fragment.get("events", []))
    ]


def crossing(points: list[tuple[float, float]]) -> float:
    """When the line through these first rises to a half."""
    for (before, low), (after, high) in pairwise(points):
        if low < 0.5 <= high:
            return before + (after - before) * (0.5 - low) / (high - low)
    raise AssertionError(points)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fps", [NTSC, 25.0, 14.985, 23.876, 0.5])
def test_all_times_are_whole_ticks_and_fragments_join(style: OutputStyle, fps: float) -> None:
    document = result(style, film(20.0, fps=fps), fps)
    assert (document["version"], document["offset"], document["rotation"]) == (1, 0, 0)
    assert (document["width"], document["height"]) == (640, 360)
    assert document["framerate"] == pytest.approx(fps, abs=1e-3)
    end = 0
    for fragment in document["fragments"]:
        assert all(type(fragment[key]) is int for key in ("start", "duration", "interval"))
        assert fragment["start"] == end
        assert fragment["duration"] == fragment["interval"] * len(fragment["events"])
        end += fragment["duration"]
    assert end / document["timescale"] == pytest.approx(20.0, abs=max(0.52, 1 / fps))


def test_ntsc_video_has_the_ticks_of_microsofts_example() -> None:
    document = result("aggregate", film(6.0, fps=NTSC), NTSC)
    first = document["fragments"][0]
    assert (document["timescale"], document["framerate"]) == (30000, 29.97)
    assert (first["start"], first["duration"], first["interval"]) == (0, 60060, 15015)
    assert len(first["events"]) == 4
    assert [len(each) for each in first["events"]] == [1] * 4
    frames = result("perFrame", film(6.0, fps=NTSC), NTSC)["fragments"][0]
    assert (frames["duration"], frames["interval"], len(frames["events"])) == (60060, 1001, 60)


def test_a_whole_frame_rate_is_a_whole_number() -> None:
    assert '"framerate":25,' in VideoResult("aggregate", 25.0).text()
    assert '"framerate":29.97,' in VideoResult("aggregate", NTSC).text()


def test_keys_stand_in_the_order_of_the_contract() -> None:
    (window,) = events(result("aggregate", film(1.0)))[0][1]
    assert list(window) == ["windowFaceDistribution", "windowMeanScores"]
    assert tuple(window["windowFaceDistribution"]) == tuple(window["windowMeanScores"]) == VIDEO_ORDER
    (seen,) = events(result("perFrame", film(1.0)))[0][1]
    assert list(seen) == ["id", "x", "y", "width", "height", "scores"]
    assert tuple(seen["scores"]) == VIDEO_ORDER


def test_a_window_without_a_face_is_sixteen_zeros() -> None:
    document = result("aggregate", film(6.0, lambda at: [face()] if at < 2.0 else []))
    (event,) = events(document)[-1][1]
    assert [set(scores.values()) for scores in event.values()] == [{0.0}, {0.0}]
    (event,) = events(document)[0][1]
    assert sum(event["windowMeanScores"].values()) == pytest.approx(1.0, abs=1e-9)


def test_a_frame_without_a_face_is_an_empty_array_and_a_fragment_without_one_is_bare() -> None:
    document = result("perFrame", film(4.8, lambda at: [face()] if at < 1.0 else []))
    first, second = document["fragments"]
    assert [len(event) for event in first["events"]] == [1] * 25 + [0] * 35
    assert second == {"start": 60_000, "duration": 60_000}


def test_faces_are_placed_in_shares_of_the_frame_which_they_do_not_reach_over() -> None:
    boxes = [face(box=(64.0, 36.0, 320.0, 180.0)), face(track=2, box=(600.0, -20.0, 80.0, 80.0))]
    seen = events(result("perFrame", film(0.2, lambda _: boxes)))[0][1]
    places = [[each[key] for key in ("id", "x", "y", "width", "height")] for each in seen]
    assert places == [[1, 0.1, 0.1, 0.5, 0.5], [2, 0.9375, 0.0, 0.0625, pytest.approx(1 / 6, abs=1e-6)]]


@pytest.mark.parametrize("fps", [NTSC, 25.0, 10.0, 59.94])
def test_a_sudden_change_is_shown_250_milliseconds_late_in_every_style(fps: float) -> None:
    """The picture changes half a frame before the first that shows it: that is when half of it is past."""
    changed = round(6.0 * fps)
    begin = (changed - 0.5) / fps
    readings = film(12.0, lambda at: [face(HAPPY if round(at * fps) >= changed else NEUTRAL)], fps)
    frames = [
        (at, event[0]["scores"]["happiness"]) for at, event in events(result("perFrame", readings, fps))
    ]
    assert crossing(frames) - begin == pytest.approx(DELAY, abs=0.1 / fps)
    for length, interval in ((2.0, 0.5), (0.5, 0.1), (1.5, 0.5), (2.0, 0.1)):
        document = result("aggregate", readings, fps, length=length, interval=interval)
        for scores in ("windowMeanScores", "windowFaceDistribution"):
            windows = [(at, event[0][scores]["happiness"]) for at, event in events(document)]
            assert crossing(windows) - begin == pytest.approx(DELAY, abs=0.5 / fps + 0.02), scores


def test_a_slow_change_is_250_milliseconds_late_too() -> None:
    def rising(at: float) -> list[Any]:
        share = min(max((at - 2.0) / 4.0, 0.0), 1.0)
        return [face((0.0, 0.0, 0.0, 0.0, share, 1 - share, 0.0, 0.0))]

    frames = events(result("perFrame", film(8.0, rising)))
    scores = [(at, event[0]["scores"]["happiness"]) for at, event in frames]
    assert crossing(scores) == pytest.approx(4.0 + DELAY, abs=0.001)


def test_no_two_times_are_mixed_up_in_an_hour_of_an_odd_rate() -> None:
    # An interval that is no whole number of microseconds must not drift.
    rate = 14.3
    document = result(
        "aggregate", film(3600.0, lambda at: [face(HAPPY if at >= 3500 else NEUTRAL)], rate), rate
    )
    points = [(at, event[0]["windowMeanScores"]["happiness"]) for at, event in events(document)]
    assert crossing(points) == pytest.approx(3500 + DELAY, abs=0.1)


def test_a_variable_rate_is_put_on_a_grid_where_a_picture_is_held() -> None:
    # frame     0  1  2  3  4  5  6
    # pictures  a  b        c     d
    times = [0.0, 0.041, 0.158, 0.24]
    readings = [reading(n, at, face(track=n + 1)) for n, at in enumerate(times)]
    seen = [event[0]["id"] for _, event in events(result("perFrame", readings))]
    assert seen == [1, 2, 2, 2, 3, 3, 4]


def test_of_more_pictures_than_the_rate_says_the_last_of_each_frame_is_taken() -> None:
    readings = [*film(1.6), *(reading(40 + n, 1.6 + n / 50, face(track=2 + n)) for n in range(10))]
    seen = [event[0]["id"] for _, event in events(result("perFrame", readings))]
    assert seen == [1] * 40 + [2, 4, 6, 8, 10, 11]


@pytest.mark.parametrize("style", STYLES)
def test_of_a_long_pause_nothing_is_said(style: OutputStyle) -> None:
    readings = [*film(4.0), *(reading(1000 + n, 40_000.0 + n / 25, face()) for n in range(100))]
    document = result(style, readings)
    assert len(json.dumps(document)) < 400_000
    bare = [fragment for fragment in document["fragments"] if "events" not in fragment]
    assert max(fragment["duration"] for fragment in bare) > 39_000 * document["timescale"]
    ends = [fragment["start"] + fragment["duration"] for fragment in document["fragments"]]
    assert [fragment["start"] for fragment in document["fragments"]] == [0, *ends[:-1]]


@pytest.mark.parametrize("style", STYLES)
def test_a_result_does_not_grow_beyond_what_was_read(style: OutputStyle) -> None:
    """A fast grid is learnt from the first frames, and all others come far between."""
    late = [reading(33 + n, 10.0 + 10 * n, face()) for n in range(100)]
    document = result(style, [*film(33 / 240, fps=240.0), *late], 0.1)
    assert document["framerate"] == 240
    assert len(events(document)) <= (1 + 16) * (33 + 100)
    assert len(document["fragments"]) < 3 * (33 + 100)


@pytest.mark.parametrize("fps", [20.0, 5.0, 1.0, 0.2])
def test_of_a_video_that_is_slower_than_it_says_nothing_is_left_out(fps: float) -> None:
    document = result("perFrame", film(40 / fps, fps=fps), 30.0)
    assert all("events" in fragment for fragment in document["fragments"])
    assert len(events(document)) / document["framerate"] == pytest.approx(40 / fps, abs=1 / fps)


def test_a_frame_that_comes_late_is_taken_in_small_steps() -> None:
    made = VideoResult("perFrame", 240.0)
    at_once = [len(list(made.add(each))) for each in film(33 / 240, fps=240.0)]
    assert at_once == [0] * 31 + [32, 0]
    assert len(list(made.add(reading(33, 10.0, face())))) == 239
    assert list(made.add(reading(34, 10.0 + 1 / 240, face()))) == []


@pytest.mark.parametrize("style", STYLES)
def test_a_video_of_one_frame_has_one_interval(style: OutputStyle) -> None:
    (fragment,) = result(style, film(0.04))["fragments"]
    assert len(fragment["events"]) == 1
    assert len(fragment["events"][0]) == 1


@pytest.mark.parametrize("style", STYLES)
def test_a_video_of_no_frame_has_no_fragment(style: OutputStyle) -> None:
    assert result(style, [], None)["fragments"] == []


@pytest.mark.parametrize("told", [None, 1000.0])
@pytest.mark.parametrize("frames", [5, 100])
def test_a_rate_that_is_not_known_is_learnt(told: float | None, frames: int) -> None:
    document = result("perFrame", film(frames / 12.5, fps=12.5), told)
    assert document["framerate"] == 12.5
    assert len(events(document)) == frames


def test_every_frame_of_a_video_that_pauses_has_its_place() -> None:
    readings = [*film(2.0), *(reading(50 + n, 100.0 + n / 25, face()) for n in range(50))]
    document = result("perFrame", readings, 100 / 102)
    assert document["framerate"] == 25
    assert [len(event) for _, event in events(document)] == [1] * (50 + 24 + 50)


def test_a_rate_slower_than_any_is_not_believed() -> None:
    document = result("perFrame", [reading(0, 0.0, face()), reading(1, 2e9, face())], 1e-9)
    assert document["framerate"] == 0.02
    assert len(events(document)) == 2


def test_a_new_face_begins_with_what_it_shows() -> None:
    shown = film(4.0, lambda at: [face(SAD, 1), *([face(HAPPY, 2)] if at >= 2.0 else [])])
    first = next(event for _, event in events(result("perFrame", shown)) if len(event) == 2)
    assert first[1]["scores"]["happiness"] == 1.0


def test_what_could_not_be_read_counts_nothing_where_faces_count_by_quality() -> None:
    flat = face((1 / 8,) * 8, quality=0.0)
    shown = film(4.0, lambda at: [flat if 1.0 <= at < 2.0 else face(HAPPY, quality=0.9)])
    windows = events(result("aggregate", shown, weights="quality"))
    assert {event[0]["windowMeanScores"]["happiness"] for _, event in windows} == {1.0}


def test_a_result_that_gets_out_of_hand_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_result, "MOST_TEXT", 50_000)
    made = VideoResult("perFrame", 25.0)
    with pytest.raises(ResultTooLongError):
        deque(chain.from_iterable(map(made.add, film(60.0))), maxlen=0)
    document = json.loads(made.text())
    assert 40_000 < len(made.text()) < 50_200
    assert all(len(fragment["events"]) == 60 for fragment in document["fragments"])
