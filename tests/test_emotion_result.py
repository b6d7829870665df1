"""The Emotion API's JSON."""

import pytest

from aggregation import Summary, Window
from inference import Box, Face, Reading
from web.emotion_result import VIDEO_ORDER, Ticks, image_result, video_result

HAPPY = (0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0)


def face(number: int, side: float) -> Face:
    return Face(number, Box(1.4, 2.6, side, side), (), 0.9, 0.9, HAPPY)


def summary(end: float, scores: tuple[float, ...] | None) -> Summary:
    dominant = "happiness" if scores else None
    return Summary("f", "w", 1, end - 2.0, end, 0.25, 10, 10, 1, 1.0, scores, scores, dominant)


def test_ntsc_video_ticks_in_thirty_thousandths() -> None:
    ticks = Ticks.of(30000 / 1001)
    assert (ticks.timescale, ticks.frame) == (30000, 1001)
    assert ticks.whole_frames(0.5) == 15 * 1001


@pytest.mark.parametrize(("fps", "expected"), [(25.0, (25000, 1000)), (12.5, (25000, 2000))])
def test_other_rates_tick_in_thousandths_of_a_frame(fps: float, expected: tuple[int, int]) -> None:
    ticks = Ticks.of(fps)
    assert (ticks.timescale, ticks.frame) == expected


def test_the_faces_of_a_picture_come_largest_first() -> None:
    result = image_result(Reading("p", 0, 0.0, 0.0, None, 100, 100, (face(1, 20.0), face(2, 30.0))))
    assert [entry["faceRectangle"]["width"] for entry in result] == [30, 20]
    assert result[0]["faceRectangle"]["left"] == 1
    assert list(result[0]["scores"]) == sorted(result[0]["scores"])
    assert sum(result[0]["scores"].values()) == pytest.approx(1.0)


def test_an_event_describes_the_window_centred_on_its_start() -> None:
    # interval  0    1    2    3    4    5
    # window    .....[=========)              centred on 1.0 s, the start of interval 2
    ticks, window = Ticks.of(25.0), Window("w", 2.0, 0.5)
    result = video_result([summary(2.0, HAPPY)], ticks, window, duration=3.0, width=640, height=360)
    events = [event for fragment in result["fragments"] for event in fragment["events"]]
    happiness = [event[0]["windowMeanScores"]["happiness"] for event in events]
    assert happiness == [0.0, 0.0, 0.9, 0.0, 0.0, 0.0]


def test_fragments_do_not_overlap_and_last_as_long_as_their_events() -> None:
    ticks, window = Ticks.of(25.0), Window("w", 2.0, 0.5)
    result = video_result([], ticks, window, duration=3.1, width=640, height=360)
    assert [f["start"] for f in result["fragments"]] == [0, 50000]
    for fragment in result["fragments"]:
        assert fragment["duration"] == fragment["interval"] * len(fragment["events"])
        assert fragment["interval"] == 12500


def test_a_window_without_a_face_is_sixteen_zeros_in_the_video_order() -> None:
    ticks, window = Ticks.of(25.0), Window("w", 2.0, 0.5)
    result = video_result([summary(2.0, None)], ticks, window, duration=0.5, width=640, height=360)
    event = result["fragments"][0]["events"][0][0]
    assert list(event) == ["windowFaceDistribution", "windowMeanScores"]
    for scores in event.values():
        assert tuple(scores) == VIDEO_ORDER
        assert set(scores.values()) == {0.0}
