"""The judge: all rules of a stream together, changed while it runs, stopped and started again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregation.rules.definition import (
    ConnectionRule,
    DominantRule,
    PresenceRule,
    ThresholdRule,
    UnknownWindowError,
)
from aggregation.rules.judge import Judge
from aggregation.rules.threshold import Threshold
from tests.aggregation_reference import face, reading
from tests.rule_cases import WINDOWS
from tests.rule_windows import EPOCH, drawn, happiness, story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation import Summary, Window
    from aggregation.event import Event
    from aggregation.rules.definition import Rule

DOMINANT = DominantRule(id="dominant-emotion")
LAUGHING = ThresholdRule(id="laughing", emotion="happiness", enter=0.6, exit=0.4)
SOMEBODY = PresenceRule(id="somebody")
SMILE = ThresholdRule(id="smile", emotion="happiness", enter=0.6, exit=0.4, per="face", hold=0)
ONLINE = ConnectionRule(id="online")


def new(*rules: Rule, sequence: int = 0) -> Judge:
    return Judge("lobby", rules, WINDOWS, sequence=sequence)


def judged(judge: Judge, summaries: Sequence[Summary]) -> list[Event]:
    return [event for summary in summaries for event in judge.summary(summary)]


def newest(events: Sequence[Event]) -> list[Event]:
    """What the log gives after a restart."""
    return list({(event.rule, event.track): event for event in events}.values())


def test_a_firing_ends_when_its_rule_is_taken_away() -> None:
    judge = new(LAUGHING, SOMEBODY)
    judged(judge, drawn("777"))
    (ended,) = judge.replace([SOMEBODY], EPOCH + 1.2)
    assert (ended.name, ended.reason, ended.at) == ("emotion.threshold.ended", "rule", EPOCH + 1.2)
    assert (ended.before, ended.after) == (0.7, None)
    assert ended.duration == pytest.approx(0.2)
    assert judged(judge, drawn("222", began=EPOCH + 1.5)) == []


def test_a_firing_ends_when_its_rule_is_changed_and_the_new_one_begins_anew() -> None:
    judge = new(LAUGHING)
    judged(judge, drawn("777"))
    changed = LAUGHING.model_copy(update={"enter": 0.65})
    (ended,) = judge.replace([changed], EPOCH + 1.2)
    assert ended.reason == "rule"
    assert story(judged(judge, drawn("777", began=EPOCH + 1.5))) == [(2.5, "started")]


def test_a_rule_of_which_only_the_streams_or_the_order_changed_goes_on() -> None:
    judge = new(LAUGHING, SOMEBODY)
    judged(judge, drawn("777"))
    narrowed = LAUGHING.model_copy(update={"streams": ("lobby",), "window": "2s"})
    assert judge.replace([SOMEBODY, narrowed], EPOCH + 1.2) == []
    assert story(judged(judge, drawn("222", began=EPOCH + 1.5))) == [(2.5, "ended")]


def test_only_the_rule_that_changed_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def build(stream: str, rule: ThresholdRule, window: Window) -> Threshold:
        built.append(rule.id)
        return Threshold(stream, rule, window)

    monkeypatch.setattr("aggregation.rules.judge.Threshold", build)
    rules = [LAUGHING.model_copy(update={"id": f"rule-{index}"}) for index in range(5)]
    judge = new(*rules)
    built.clear()
    assert judge.replace(rules, EPOCH) == []
    rules[3] = rules[3].model_copy(update={"enter": 0.65})
    assert judge.replace(rules, EPOCH) == []
    assert built == ["rule-3"]


def test_a_dominant_rule_that_is_changed_goes_on_from_what_was_dominant() -> None:
    judge = new(DOMINANT)
    judged(judge, drawn("nnn"))
    assert judge.replace([DOMINANT.model_copy(update={"margin": 0.2})], EPOCH + 1.2) == []
    (event,) = judged(judge, drawn("nnnhhh", began=EPOCH + 1.5))
    assert (event.before, event.after, event.duration) == ("neutral", "happiness", 3.0)


def test_a_rule_that_names_a_window_there_is_not_changes_nothing() -> None:
    judge = new(LAUGHING)
    judged(judge, drawn("777"))
    with pytest.raises(UnknownWindowError, match="there are 2s, 60s"):
        judge.replace([DominantRule(id="a", window="5s")], EPOCH + 1.2)
    assert story(judged(judge, drawn("222", began=EPOCH + 1.5))) == [(2.5, "ended")]


def test_all_rules_of_a_stream_are_judged_by_the_same_windows() -> None:
    events = judged(new(DOMINANT, LAUGHING, SOMEBODY), drawn("hhh"))
    assert [each.name for each in events] == [
        "emotion.dominant.changed",
        "emotion.threshold.started",
        "faces.present.started",
    ]
    assert {(each.at, each.sequence) for each in events} == {(EPOCH + 1, 3)}


def test_what_is_open_ends_when_the_stream_is_taken_away() -> None:
    judge = new(DOMINANT, LAUGHING, SOMEBODY, SMILE, ONLINE)
    judged(judge, drawn("777"))
    judge.reading(reading(1, face(7, happiness(0.9))), EPOCH + 1)
    judge.state("failed", ("codec", "cannot be decoded"), EPOCH + 1)
    events = judge.finish(EPOCH + 2)
    assert [(each.rule, each.track, each.reason) for each in events] == [
        ("laughing", None, "removed"),
        ("somebody", None, "removed"),
        ("smile", 7, "removed"),
        ("online", None, "removed"),
    ]
    assert {(each.at, each.phase, each.duration) for each in events} == {(EPOCH + 2, "ended", 1.0)}


def test_a_firing_goes_on_over_a_restart() -> None:
    before = judged(new(LAUGHING), drawn("777"))
    after = new(LAUGHING)
    assert after.restore(before, EPOCH + 60) == []
    (ended,) = judged(after, drawn("77222", began=EPOCH + 61, first=200))
    assert (ended.started, ended.duration) == (before[0].id, 62.0)


def test_a_cooldown_goes_on_over_a_restart() -> None:
    cooling = LAUGHING.model_copy(update={"cooldown": 60.0})
    before = judged(new(cooling), drawn("777222"))
    after = new(cooling)
    assert after.restore(newest(before), EPOCH + 10) == []
    assert story(judged(after, drawn("7" * 200, began=EPOCH + 11)))[0] == (62.5, "started")


def test_what_was_dominant_is_not_told_again_after_a_restart() -> None:
    before = judged(new(DOMINANT), drawn("nnn"))
    after = new(DOMINANT)
    after.restore(before, EPOCH + 60)
    (event,) = judged(after, drawn("nnnhhh", began=EPOCH + 60, first=200))
    assert (event.before, event.after, event.duration) == ("neutral", "happiness", 61.5)


def test_a_firing_ends_when_its_rule_is_another_or_gone_after_the_restart() -> None:
    before = judged(new(LAUGHING), drawn("777"))
    other = ThresholdRule(id="laughing", emotion="happiness", enter=0.7, exit=0.4)
    replaced = SOMEBODY.model_copy(update={"id": "laughing"})
    for rules in ((), (other,), (replaced,)):
        (ended,) = new(*rules, sequence=90).restore(before, EPOCH + 60)
        assert (ended.started, ended.reason, ended.duration) == (before[0].id, "rule", 59.0)
        assert (ended.at, ended.sequence) == (EPOCH + 60, 90)


def test_faces_are_others_after_a_restart() -> None:
    judge = new(SMILE)
    before = judge.reading(reading(1, face(7, happiness(0.9))), EPOCH)
    after = new(SMILE)
    (ended,) = after.restore(before, EPOCH + 60)
    assert (ended.started, ended.track, ended.reason) == (before[0].id, 7, "restart")
    assert len(after.reading(reading(1, face(7, happiness(0.9))), EPOCH + 61)) == 1


def test_what_an_unknown_version_began_is_left_alone() -> None:
    (began,) = judged(new(LAUGHING), drawn("777"))
    assert new().restore([replace(began, name="emotion.mystery.started")], EPOCH + 60) == []


def test_numbers_of_events_go_on_after_a_restart() -> None:
    judge = new(ONLINE, sequence=1842)
    (lost,) = judge.state("failed", None, EPOCH)
    assert lost.sequence == 1842
