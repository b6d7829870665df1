"""The live messages as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.summary import Summary
from inference.reading import EMOTIONS
from tests.web_service import EPOCH, reading, summary
from web.messages import encode, gap_json, reading_json, session_json, status_json, summary_json, utc
from web.scores import scores_json
from web.service import Condition, StatusChange


@given(st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8).filter(lambda values: sum(values) > 1e-6))
def test_rounded_scores_still_sum_to_one_and_keep_their_order(values: list[float]) -> None:
    scores = tuple(value / sum(values) for value in values)
    document = scores_json(scores)
    assert document is not None
    assert list(document) == list(EMOTIONS)
    rounded = list(document.values())
    assert math.fsum(rounded) == pytest.approx(1.0, abs=1e-9)
    assert all(0.0 <= value <= 1.0 for value in rounded)
    assert all(abs(value - score) < 1e-4 for value, score in zip(rounded, scores, strict=True))
    assert all(len(repr(value)) <= 6 for value in rounded)
    for first, second in pairwise(scores):
        if first > second:
            assert document[EMOTIONS[scores.index(first)]] >= document[EMOTIONS[scores.index(second)]]


def test_an_even_spread_stays_even_enough() -> None:
    document = scores_json((0.125,) * 8)
    assert set((document or {}).values()) == {0.125}


def test_scores_that_do_not_sum_to_anything_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="do not sum to one"):
        scores_json((0.0,) * 8)


def test_a_summary_has_the_names_of_the_interface() -> None:
    document = summary_json(summary(1842))
    assert document == {
        "type": "summary",
        "stream": "lobby",
        "window": "2s",
        "sequence": 1842,
        "start": "2026-09-21T14:28:39.000Z",
        "end": "2026-09-21T14:28:41.000Z",
        "smoothingDelay": 0.25,
        "frames": 20,
        "faces": 31,
        "tracks": 2,
        "coverage": 1.0,
        "windowMeanScores": {
            "anger": 0.01,
            "contempt": 0.0,
            "disgust": 0.0,
            "fear": 0.0,
            "happiness": 0.9,
            "neutral": 0.08,
            "sadness": 0.0,
            "surprise": 0.01,
        },
        "windowFaceDistribution": document["windowMeanScores"],
        "dominant": "happiness",
    }
    assert json.loads(encode(document)) == document


def test_a_window_without_a_face_is_null_and_not_zero() -> None:
    empty = Summary("lobby", "2s", 1, EPOCH - 2.0, EPOCH, 0.25, 20, 0, 0, 1.0, None, None, None)
    document = summary_json(empty)
    assert document["windowMeanScores"] is None
    assert document["windowFaceDistribution"] is None
    assert document["dominant"] is None


def test_a_file_has_media_time_in_place_of_wall_clock_time() -> None:
    of_file = replace(summary(1), start=0.5, end=2.5)
    document = summary_json(of_file, file="smile.mp4")
    assert (document["file"], document["start"], document["end"]) == ("smile.mp4", 0.5, 2.5)
    assert "stream" not in document
    frame = reading_json(reading(3), file="smile.mp4")
    assert (frame["file"], frame["pts"]) == ("smile.mp4", 12.345)
    assert not {"stream", "capturedAt"} & set(frame)


def test_a_reading_has_whole_pixels_and_rounded_shares() -> None:
    document = reading_json(reading(70211))
    assert document["capturedAt"] == "2026-09-21T14:13:20.000Z"
    faces = document["faces"]
    assert isinstance(faces, list)
    assert faces[0]["faceRectangle"] == {"left": 68, "top": 97, "width": 64, "height": 97}
    assert faces[0]["id"] == 7
    assert faces[0]["confidence"] == 0.98


def test_a_status_says_why_and_since_when() -> None:
    condition = Condition("reconnecting", ("unreachable", "Nobody listens there."), EPOCH + 0.0016)
    assert status_json(StatusChange("lobby", condition)) == {
        "type": "status",
        "stream": "lobby",
        "state": "reconnecting",
        "error": {"code": "unreachable", "message": "Nobody listens there."},
        "since": "2026-09-21T14:13:20.002Z",
    }


def test_the_other_messages_have_the_names_of_the_interface() -> None:
    gap = {"type": "gap", "stream": "lobby", "window": "2s", "from": 1700, "to": 1799}
    assert gap_json("lobby", "2s", 1700, 1799) == gap
    assert session_json("abc", {"streams": 1}) == {
        "type": "session",
        "version": 1,
        "session": "abc",
        "limits": {"streams": 1},
    }


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (EPOCH + 0.1, "2026-09-21T14:13:20.100Z"),
        (EPOCH + 0.9999, "2026-09-21T14:13:21.000Z"),
    ],
)
def test_times_are_utc_to_the_nearest_millisecond(seconds: float, text: str) -> None:
    assert utc(seconds) == text


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"coverage": math.nan})
