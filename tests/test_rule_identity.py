"""The ids of events."""

from __future__ import annotations

import re

from aggregation.backtest import backtest
from aggregation.rules.definition import DominantRule
from aggregation.rules.identity import event_id
from tests.rule_windows import TWO, drawn


def test_an_id_is_26_small_characters_that_follow_from_its_parts() -> None:
    assert re.fullmatch(r"evt_[a-z2-7]{26}", event_id("a", None, 1))
    assert event_id("a", None, 1) == event_id("a", None, 1)
    assert len({event_id("a", None, 1), event_id("a", "None", 1), event_id("a", 1), event_id("a1")}) == 4


def test_the_id_of_an_event_does_not_change_from_version_to_version() -> None:
    #   somebody's database is full of them
    (event,) = backtest(DominantRule(id="dominant-emotion"), drawn("nnn"), [TWO])
    assert event.id == "evt_doxmifnqoy3zoia6sq6gpzsfi6"


def test_which_streams_a_rule_is_for_changes_no_id() -> None:
    everywhere, here = DominantRule(id="a"), DominantRule(id="a", streams=("lobby",), window="2s")
    assert list(backtest(everywhere, drawn("nnnhhh"), [TWO])) == list(backtest(here, drawn("nnnhhh"), [TWO]))


def test_how_a_rule_decides_is_part_of_the_id() -> None:
    usual, wide = DominantRule(id="a"), DominantRule(id="a", margin=0.2)
    before, after = (next(backtest(rule, drawn("nnn"), [TWO])) for rule in (usual, wide))
    assert before.at == after.at
    assert before.id != after.id
