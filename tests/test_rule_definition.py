"""The definitions of rules: what is taken, and how each mistake is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from aggregation.rules.definition import (
    DEFAULT_RULES,
    RULE,
    ConnectionRule,
    DominantRule,
    PresenceRule,
    ThresholdRule,
    UnknownWindowError,
    applies,
    check_window,
    window_of,
    written_path,
)
from tests.rule_windows import MINUTE, TWO

LAUGHING = {"id": "laughing", "type": "threshold", "emotion": "happiness", "enter": 0.6, "exit": 0.4}


def mistakes(document: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        RULE.validate_python(document)
    return {".".join(map(str, written_path(each["loc"]))): each["msg"] for each in caught.value.errors()}


def test_what_is_left_out_is_as_usual() -> None:
    rule = RULE.validate_python(LAUGHING)
    assert isinstance(rule, ThresholdRule)
    assert (rule.measure, rule.hold, rule.cooldown, rule.coverage, rule.faces) == ("mean", 1.0, 0.0, 0.5, 1)
    assert (rule.window, rule.per, rule.streams, rule.groups, rule.enabled) == (None, "window", "*", (), True)


@pytest.mark.parametrize(
    "document",
    [
        LAUGHING,
        {"id": "a", "type": "dominant", "margin": 0.1, "window": "60s"},
        {"id": "a", "type": "presence", "groups": ["room"]},
        {"id": "a", "type": "stream", "streams": ["lobby"], "enabled": False},
    ],
)
def test_a_rule_written_as_json_is_read_as_the_same(document: object) -> None:
    rule = RULE.validate_python(document)
    assert RULE.validate_json(RULE.dump_json(rule)) == rule


def test_there_is_a_rule_for_the_dominant_emotion_from_the_start() -> None:
    assert (DominantRule(id="dominant-emotion", margin=0.05, hold=1.0, coverage=0.5),) == DEFAULT_RULES


@pytest.mark.parametrize(
    ("change", "path", "sentence"),
    [
        ({"id": "two words"}, "id", "1 to 64 letters, digits"),
        ({"id": "."}, "id", "the first a letter or digit"),
        ({"id": ".."}, "id", "the first a letter or digit"),
        ({"emotion": "joy"}, "emotion", "'joy' is none of the eight emotions: anger, contempt"),
        ({"exit": 0.7}, "exit", "0.7 is above `enter` (0.6)"),
        ({"enter": 1.2}, "enter", "less than or equal to 1"),
        ({"enter": 0}, "enter", "greater than or equal to 0.0001"),
        ({"hold": -1}, "hold", "greater than or equal to 0"),
        ({"hold": float("nan")}, "hold", "finite number"),
        ({"faces": 0}, "faces", "greater than or equal to 1"),
        ({"colour": "red"}, "colour", "not permitted"),
        ({"measure": "median"}, "measure", "'mean' or 'share'"),
        ({"streams": []}, "streams", "names no stream and no group"),
        ({"per": "face", "faces": 2}, "per", "with `per: face` there is no `faces`"),
        ({"per": "face", "groups": ["room"]}, "per", "with `per: face` there is no `groups`"),
        ({"per": "face", "window": "2s"}, "per", "with `per: face` there is no `window`"),
        ({"type": "volume"}, "", "'dominant', 'threshold', 'presence', 'stream'"),
    ],
)
def test_a_mistake_is_told_with_its_path(change: dict[str, object], path: str, sentence: str) -> None:
    told = mistakes(LAUGHING | change)
    assert list(told) == [path]
    assert sentence in told[path]


def test_groups_have_no_connection() -> None:
    told = mistakes({"id": "a", "type": "stream", "groups": ["room"]})
    assert list(told) == ["groups"]
    assert "a group has no connection" in told["groups"]


def test_enter_and_exit_may_be_one() -> None:
    RULE.validate_python(LAUGHING | {"enter": 0.5, "exit": 0.5})


def test_a_rule_is_for_every_stream_and_for_no_group_unless_it_says_so() -> None:
    rule = PresenceRule(id="a")
    assert applies(rule, "lobby", group=False)
    assert not applies(rule, "room", group=True)


def test_a_rule_that_names_groups_alone_is_for_no_stream() -> None:
    rule = RULE.validate_python({"id": "a", "type": "presence", "groups": ["room"]})
    assert applies(rule, "room", group=True)
    assert not applies(rule, "hall", group=True)
    assert not applies(rule, "room", group=False)


def test_a_rule_may_be_for_groups_and_streams() -> None:
    rule = RULE.validate_python({"id": "a", "type": "presence", "groups": ["room"], "streams": "*"})
    assert applies(rule, "room", group=True)
    assert applies(rule, "lobby", group=False)


def test_a_rule_that_is_disabled_applies_to_nothing() -> None:
    assert not applies(DominantRule(id="a", enabled=False), "lobby", group=False)


def test_a_rule_looks_at_the_first_window_unless_it_names_another() -> None:
    assert window_of(DominantRule(id="a"), [TWO, MINUTE]) == TWO
    assert window_of(DominantRule(id="a", window="60s"), [TWO, MINUTE]) == MINUTE


def test_a_window_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownWindowError, match="no window '5s'; there are 2s, 60s"):
        check_window(DominantRule(id="a", window="5s"), [TWO, MINUTE])
    check_window(ConnectionRule(id="a"), [TWO, MINUTE])
