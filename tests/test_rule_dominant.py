"""The rule of the dominant emotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregation import Window
from aggregation.rules.definition import DominantRule
from aggregation.rules.judge import Judge
from tests.rule_windows import EPOCH, MINUTE, TWO, drawn, happiness, story, with_scores

if TYPE_CHECKING:
    from aggregation import Summary
    from aggregation.event import Event

RULE = DominantRule(id="dominant-emotion")


def judged(summaries: list[Summary], rule: DominantRule = RULE) -> list[Event]:
    judge = Judge("lobby", [rule], [TWO, MINUTE])
    return [event for summary in summaries for event in judge.summary(summary)]


def told(picture: str, rule: DominantRule = RULE) -> list[tuple[float, str]]:
    return story(judged(drawn(picture), rule))


def test_an_emotion_that_was_dominant_for_a_second_is_told_once() -> None:
    #  end    0  .5  1   1.5 ...
    #         n  n   n   n         the third window ends a second after the first
    assert told("nnnnnn") == [(1.0, "neutral")]


def test_what_does_not_hold_for_a_second_is_not_told() -> None:
    assert told("nnnhhnnhnhhnn") == [(1.0, "neutral")]


def test_the_next_emotion_is_told_a_second_after_it_took_over_and_says_what_was_before() -> None:
    neutral, happy = judged(drawn("nnnnhhhh"))
    assert (happy.at - EPOCH, happy.before, happy.after) == (3.0, "neutral", "happiness")
    assert happy.duration == 2.0
    assert neutral.before is None
    assert neutral.duration is None
    assert (happy.name, happy.phase, happy.rule) == (
        "emotion.dominant.changed",
        "changed",
        "dominant-emotion",
    )
    assert (happy.window, happy.sequence, happy.reason) == ("2s", 7, None)
    assert happy.thresholds == {"margin": 0.05, "hold": 1.0, "coverage": 0.5}


def test_the_evidence_is_the_windows_that_held_and_the_one_before() -> None:
    event = judged(drawn("nnnnhhhh"))[1]
    assert [each.value for each in event.evidence] == ["neutral", "happiness", "happiness", "happiness"]
    assert [each.end - EPOCH for each in event.evidence] == [1.5, 2.0, 2.5, 3.0]
    assert [each.lead for each in event.evidence] == [1.0] * 4


def test_evidence_is_no_longer_than_twenty_windows() -> None:
    (event,) = judged(drawn("n" * 60), DominantRule(id="slow", hold=20))
    assert len(event.evidence) == 20
    assert event.evidence[-1].end == event.at


def test_that_nobody_is_there_any_more_is_told() -> None:
    events = judged(drawn("nnn....."))
    assert story(events) == [(1.0, "neutral"), (2.5, "None")]
    assert events[1].after is None


def test_a_camera_that_is_down_does_not_mean_that_nobody_is_there() -> None:
    assert told("nnn" + "-" * 20 + "nnn") == [(1.0, "neutral")]


def test_a_hold_begins_anew_after_windows_that_say_nothing() -> None:
    #      hold begins here v     v and here
    assert told("nnnhh-hh-?hh?hhh") == [(1.0, "neutral"), (7.5, "happiness")]


def test_faces_that_cannot_be_read_say_nothing() -> None:
    flat = [with_scores((1 / 8,) * 8, EPOCH + 1.5 + index / 2) for index in range(10)]
    assert story(judged(drawn("nnn") + flat)) == [(1.0, "neutral")]
    assert told("nnn??????") == [(1.0, "neutral")]


@pytest.mark.parametrize(("lead", "fires"), [(0.0498, False), (0.05, True)])
def test_a_lead_smaller_than_the_margin_is_none(lead: float, fires: bool) -> None:
    ahead = happiness(0.5 + lead / 2)
    after = [with_scores(ahead, EPOCH + 1.5 + index / 2) for index in range(10)]
    assert len(judged(drawn("nnn") + after)) == 1 + fires


def test_even_without_a_margin_two_that_are_level_lead_nothing() -> None:
    level = [with_scores(happiness(0.5), EPOCH + 1.5 + index / 2) for index in range(10)]
    assert len(judged(drawn("nnn") + level, DominantRule(id="a", margin=0))) == 1


def test_a_window_of_which_less_was_seen_than_asked_says_nothing() -> None:
    half = [with_scores(happiness(1), EPOCH + index / 2, coverage=0.4) for index in range(10)]
    assert judged(half) == []
    assert len(judged(half, DominantRule(id="a", coverage=0.4))) == 1


def test_without_a_hold_one_window_is_enough() -> None:
    assert told("nhn", DominantRule(id="a", hold=0)) == [
        (0.0, "neutral"),
        (0.5, "happiness"),
        (1.0, "neutral"),
    ]


def test_where_the_next_window_comes_after_the_hold_one_is_enough() -> None:
    rule = DominantRule(id="a", window="60s", hold=4)
    assert story(judged(drawn("nh", window=MINUTE), rule)) == [(0.0, "neutral"), (5.0, "happiness")]
    patient = DominantRule(id="a", window="60s", hold=5)
    assert story(judged(drawn("nnhh", window=MINUTE), patient)) == [(5.0, "neutral"), (15.0, "happiness")]


def test_windows_of_other_names_are_not_looked_at() -> None:
    assert judged(drawn("nnnnn", window=MINUTE)) == []
    assert judged(drawn("nnnnn", window=Window("2 s", 2.0, 0.5))) == []


def test_a_hole_between_two_windows_begins_the_hold_anew() -> None:
    #   [2s window)             [2s window)       nothing is known of the time between
    first, second = drawn("h"), drawn("hhh", began=EPOCH + 3600, first=9)
    assert story(judged(first + second), EPOCH + 3600) == [(1.0, "happiness")]


def test_a_clock_that_is_set_back_begins_the_hold_anew_and_no_duration_is_negative() -> None:
    before, after = drawn("nnnhh"), drawn("hhhhnnn", began=EPOCH - 3600, first=6)
    _, happy, neutral = judged(before + after)
    assert (happy.at - EPOCH, happy.duration) == (-3599.0, 1.0)
    assert neutral.duration == 2.0
    assert [each.end - EPOCH for each in happy.evidence] == [-3600.0, -3599.5, -3599.0]


def test_a_window_of_the_same_end_again_does_not_lengthen_the_hold() -> None:
    (window,) = drawn("h")
    assert judged([window] * 10) == []
