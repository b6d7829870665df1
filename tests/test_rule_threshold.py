"""Rules of thresholds on windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregation.rules.definition import ThresholdRule
from aggregation.rules.judge import Judge
from tests.aggregation_reference import pure
from tests.rule_windows import EPOCH, MINUTE, TWO, drawn, happiness, story, with_scores

if TYPE_CHECKING:
    from aggregation import Summary
    from aggregation.event import Event


def rule(**changes: object) -> ThresholdRule:
    usual = {"id": "laughing", "emotion": "happiness", "enter": 0.6, "exit": 0.4}
    return ThresholdRule.model_validate(usual | changes)


def judged(summaries: list[Summary], **changes: object) -> list[Event]:
    judge = Judge("lobby", [rule(**changes)], [TWO, MINUTE])
    return [event for summary in summaries for event in judge.summary(summary)]


def told(picture: str, **changes: object) -> list[tuple[float, str]]:
    return story(judged(drawn(picture), **changes))


def test_it_starts_above_enter_and_ends_below_exit_each_held_for_a_second() -> None:
    #   end   0   1   2   3   4
    #         2 2 7 7 7 7 2 2 2
    assert told("227777222") == [(2.0, "started"), (4.0, "ended")]


def test_what_began_and_how_it_ended_are_told() -> None:
    started, ended = judged(drawn("227897321"))
    assert (started.name, started.phase, started.stream) == ("emotion.threshold.started", "started", "lobby")
    assert (started.before, started.after, started.started, started.duration) == (0.2, 0.9, None, None)
    assert (ended.name, ended.phase) == ("emotion.threshold.ended", "ended")
    assert (ended.before, ended.after) == (0.7, 0.1)
    assert (ended.started, ended.duration, ended.reason) == (started.id, 2.0, None)
    assert started.details == ended.details == {"emotion": "happiness", "measure": "mean"}
    assert started.thresholds == ended.thresholds
    assert started.thresholds == {
        "enter": 0.6,
        "exit": 0.4,
        "hold": 1.0,
        "cooldown": 0.0,
        "coverage": 0.5,
        "faces": 1,
    }
    assert [each.value for each in started.evidence] == [0.2, 0.7, 0.8, 0.9]
    assert [each.value for each in ended.evidence] == [0.7, 0.3, 0.2, 0.1]


def test_values_between_exit_and_enter_change_nothing() -> None:
    assert told("5" * 20) == []
    assert told("777" + "5" * 20) == [(1.0, "started")]


def test_a_hold_must_be_without_a_gap() -> None:
    assert told("7757757757") == []
    assert told("7772252252252") == [(1.0, "started")]


def test_the_limits_belong_to_what_they_limit() -> None:
    assert told("666444") == [(1.0, "started"), (2.5, "ended")]


def test_where_enter_and_exit_are_one_the_limit_itself_counts_as_above() -> None:
    assert told("555555444", enter=0.5, exit=0.5) == [(1.0, "started"), (4.0, "ended")]


def test_an_exit_of_nothing_can_be_reached() -> None:
    assert told("777000", exit=0) == [(1.0, "started"), (2.5, "ended")]


def test_scores_are_compared_as_they_are_shown() -> None:
    #   0.59996 is shown as 0.6, and what history keeps of it is 0.6
    just = [with_scores(happiness(0.59996), EPOCH + index / 2) for index in range(3)]
    (started,) = judged(just)
    assert started.after == 0.6
    assert judged([with_scores(happiness(0.59994), EPOCH + index / 2) for index in range(3)]) == []


def test_when_everybody_has_left_it_ends() -> None:
    events = judged(drawn("777..."))
    assert story(events) == [(1.0, "started"), (2.5, "ended")]
    assert events[1].after is None
    assert events[1].reason is None


@pytest.mark.parametrize("nothing", ["-", "?"])
def test_while_nothing_can_be_told_it_goes_on(nothing: str) -> None:
    assert told("777" + nothing * 20 + "777222") == [(1.0, "started"), (14.0, "ended")]


def test_a_window_that_says_nothing_begins_a_hold_anew() -> None:
    assert told("77-77?77.777") == [(5.5, "started")]


def test_it_takes_as_many_distinct_faces_as_asked() -> None:
    def faces(tracks: int, start: float) -> list[Summary]:
        return [with_scores(happiness(0.9), start + index / 2, tracks=tracks) for index in range(4)]

    few, enough, few_again = faces(2, EPOCH), faces(3, EPOCH + 2), faces(2, EPOCH + 4)
    assert story(judged(few + enough + few_again, faces=3)) == [(3.0, "started"), (5.0, "ended")]


def test_the_share_of_faces_is_a_measure_too() -> None:
    split = [with_scores(pure("happiness"), EPOCH + index / 2) for index in range(3)]
    assert story(judged(split, measure="share", enter=1, exit=0.5)) == [(1.0, "started")]
    assert judged(split, measure="share", emotion="neutral", enter=0.1, exit=0.05) == []


def test_after_its_end_it_does_not_start_before_the_cooldown_is_over() -> None:
    #   started at 1, ended at 2.5; held from 3 to 8 by the sevens, but cooling until 7.5
    assert told("777222" + "7" * 12, cooldown=5) == [(1.0, "started"), (2.5, "ended"), (7.5, "started")]


def test_a_cooldown_does_not_shorten_the_hold() -> None:
    assert told("777222" + "2" * 9 + "7777", cooldown=5)[-1] == (8.5, "started")


def test_a_clock_that_is_set_back_ends_a_cooldown() -> None:
    before, after = drawn("777222"), drawn("777", began=EPOCH - 3600, first=7)
    assert story(judged(before + after, cooldown=60))[-1] == (-3599.0, "started")


def test_a_clock_that_is_set_back_makes_no_negative_duration() -> None:
    before, after = drawn("777"), drawn("22222", began=EPOCH - 3600, first=4)
    ended = judged(before + after)[-1]
    assert (ended.at - EPOCH, ended.duration) == (-3599.0, 1.0)


def test_without_a_hold_every_crossing_is_told() -> None:
    assert told("2727", hold=0) == [(0.5, "started"), (1.0, "ended"), (1.5, "started")]


def test_a_longer_hold_takes_longer() -> None:
    assert told("7" * 8, hold=3.2) == [(3.5, "started")]
    assert told("7" * 7, hold=3.2) == []


def test_it_looks_at_the_window_it_names() -> None:
    assert story(judged(drawn("77", window=MINUTE), window="60s")) == [(0.0, "started")]
    assert judged(drawn("77777"), window="60s") == []
