"""The back-test: a rule over recorded summaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregation.backtest import NotMeantError, NotRecordedError, backtest, fitted
from aggregation.rules.definition import (
    ConnectionRule,
    DominantRule,
    PresenceRule,
    ThresholdRule,
    UnknownWindowError,
)
from tests.rule_windows import EPOCH, MINUTE, TWO, drawn, story

DOMINANT = DominantRule(id="dominant-emotion")


def test_it_tells_what_would_have_been_told() -> None:
    events = list(backtest(DOMINANT, drawn("nnnnhhhh...."), [TWO]))
    assert story(events) == [(1.0, "neutral"), (3.0, "happiness"), (5.0, "None")]
    assert {each.stream for each in events} == {"lobby"}


def test_events_come_while_summaries_are_still_being_read() -> None:
    endless = (window for start in range(10**9) for window in drawn("nnn", began=EPOCH + start * 10))
    assert next(backtest(DOMINANT, endless, [TWO])).at == EPOCH + 1


def test_of_nothing_recorded_there_are_no_events() -> None:
    assert list(backtest(DOMINANT, [], [TWO])) == []


def test_a_stretch_that_was_not_recorded_begins_holds_anew() -> None:
    recorded = drawn("nnnhh") + drawn("hnnn", began=EPOCH + 7200, first=6)
    assert story(list(backtest(DOMINANT, recorded, [TWO]))) == [(1.0, "neutral")]


def test_summaries_of_several_windows_may_be_mixed() -> None:
    mixed = sorted(drawn("nnn") + drawn("hhh", window=MINUTE), key=lambda each: each.end)
    assert story(list(backtest(DOMINANT, mixed, [TWO, MINUTE]))) == [(1.0, "neutral")]


def test_a_rule_that_is_disabled_can_be_tried() -> None:
    assert len(list(backtest(DominantRule(id="a", enabled=False), drawn("nnn"), [TWO]))) == 1


def test_what_was_not_recorded_is_refused_at_once_with_a_sentence() -> None:
    smile = ThresholdRule(id="smile", emotion="happiness", enter=0.6, exit=0.4, per="face")
    with pytest.raises(NotRecordedError, match="'smile' looks at each face, and only windows are recorded"):
        backtest(smile, [], [TWO])
    with pytest.raises(NotRecordedError, match="'online' looks at connections"):
        backtest(ConnectionRule(id="online"), [], [TWO])
    with pytest.raises(UnknownWindowError, match="no window '5s'"):
        backtest(DominantRule(id="a", window="5s"), [], [TWO])


def test_a_group_is_judged_as_one_also_by_a_rule_that_does_not_name_it() -> None:
    rule = PresenceRule(id="crowd", faces=2, hold=0)
    (one,) = drawn("n")
    two_of_two_cameras = replace(one, faces=one.frames, tracks=2)  # a face in each frame of each
    assert not list(backtest(rule, [two_of_two_cameras], [TWO]))
    (event,) = backtest(fitted(rule, "lobby", group=True), [two_of_two_cameras], [TWO])
    assert event.after == 2
    assert fitted(rule, "lobby", group=False) == rule
    with pytest.raises(NotMeantError, match="is for groups alone"):
        fitted(PresenceRule(id="crowd", streams=(), groups=("room",)), "lobby", group=False)
