"""Turns by weight: shares, leftovers, no debts, no starving."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.fair_turns import FairTurns


def turns_of(weights: dict[str, float]) -> FairTurns:
    turns = FairTurns()
    for key, weight in weights.items():
        turns.weigh(key, weight)
    return turns


def hand_out(turns: FairTurns, keys: list[str], count: int) -> list[str]:
    """So many turns, one at a time, among keys that always want one."""
    given_to = []
    for _ in range(count):
        key = turns.order(keys)[0]
        turns.served(key)
        given_to.append(key)
    return given_to


def test_turns_are_handed_out_by_weight() -> None:
    turns = turns_of({"low": 1, "normal": 2, "high": 4})
    assert Counter(hand_out(turns, ["low", "normal", "high"], 700)) == pytest.approx(
        {"low": 100, "normal": 200, "high": 400}, abs=2
    )


def test_equals_take_turns_in_a_round() -> None:
    keys = ["a", "b", "c"]
    assert hand_out(turns_of(dict.fromkeys(keys, 2.0)), keys, 7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_what_a_slow_key_does_not_need_goes_to_the_others_by_their_weights() -> None:
    #  of 12 turns a second `slow` wants one, and the others all they can get: 1 + 11 * 1/3 + 11 * 2/3
    turns = turns_of({"slow": 4, "one": 1, "two": 2})
    served: Counter[str] = Counter()
    for _ in range(60):
        wanting = ["slow", "one", "two"]
        for _ in range(12):
            key = turns.order(wanting)[0]
            turns.served(key)
            served[key] += 1
            if key == "slow":
                wanting.remove("slow")
    assert served == pytest.approx({"slow": 60, "one": 220, "two": 440}, abs=3)


def test_turns_that_nobody_else_wanted_are_not_held_against_anybody() -> None:
    turns = turns_of({"early": 1, "late": 1})
    hand_out(turns, ["early"], 1000)
    hand_out(turns, ["late"], 1)
    assert Counter(hand_out(turns, ["early", "late"], 20)) == pytest.approx({"early": 10, "late": 10}, abs=1)


def test_who_was_away_for_long_comes_back_two_turns_ahead_and_no_more() -> None:
    turns = turns_of({"away": 1, "one": 1, "other": 1})
    hand_out(turns, ["away", "one", "other"], 3)
    hand_out(turns, ["one", "other"], 1000)
    back = hand_out(turns, ["away", "one", "other"], 11)
    assert back[:2] == ["away", "away"]
    assert Counter(back)["away"] == pytest.approx(2 + 3, abs=1)


def test_where_all_could_be_served_at_once_who_has_had_its_share_waits_for_one_that_is_short() -> None:
    #  heavy, which loses frames, has four turns to one of light although both always fit
    turns, keys = turns_of({"heavy": 4, "light": 1}), ["heavy", "light"]
    served: Counter[str] = Counter()
    for _ in range(100):
        turns.missed("heavy")
        for key in turns.order(keys):
            turns.served(key)
            served[key] += 1
    assert served == pytest.approx({"heavy": 100, "light": 25}, abs=4)


def test_where_nobody_is_short_of_turns_nobody_is_left_out() -> None:
    turns, keys = turns_of({"heavy": 4, "light": 1}), ["heavy", "light"]
    for _ in range(100):
        for key in turns.order(keys):
            turns.served(key)
        assert sorted(turns.order(keys)) == keys
    turns.missed("heavy")
    for _ in range(20):  # it was a moment's
        for key in turns.order(keys):
            turns.served(key)
    assert sorted(turns.order(keys)) == keys


def test_equals_are_served_together_though_they_lose_much() -> None:
    turns, keys = turns_of(dict.fromkeys("abc", 2.0)), ["a", "b", "c"]
    for number in range(30):
        for key in keys:
            turns.missed(key)
        wanting = keys[: 1 + number % 3]
        assert turns.order(wanting) == turns.order(wanting)[: len(wanting)]
        assert sorted(turns.order(wanting)) == wanting
        for key in turns.order(wanting):
            turns.served(key)


def test_a_newcomer_is_served_at_once_and_from_then_on_like_the_others() -> None:
    turns = turns_of({"old": 1})
    hand_out(turns, ["old"], 100)
    turns.weigh("new", 1)
    assert hand_out(turns, ["old", "new"], 6) == ["new", "old", "new", "old", "new", "old"]


def test_a_weight_that_changes_counts_from_the_next_turn_on() -> None:
    turns = turns_of({"a": 1, "b": 1})
    assert Counter(hand_out(turns, ["a", "b"], 100)) == {"a": 50, "b": 50}
    turns.weigh("a", 3)
    assert Counter(hand_out(turns, ["a", "b"], 100)) == pytest.approx({"a": 75, "b": 25}, abs=2)


def test_a_key_that_was_forgotten_begins_anew() -> None:
    turns = turns_of({"a": 1, "b": 1})
    hand_out(turns, ["a"], 1)
    turns.forget("a")
    assert turns.order(["b", "a"]) == ["b", "a"]  # both were never served


weights = st.lists(st.sampled_from([1.0, 2.0, 4.0]), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(weights, st.data())
def test_no_key_that_wants_a_turn_waits_longer_than_its_share_allows(
    chosen: list[float], data: st.DataObject
) -> None:
    """Whoever else comes and goes: between two of its turns the others get no more than theirs, and each the
    two that it may be ahead and one that has begun.
    """
    names = [f"key{number}" for number in range(len(chosen))]
    turns = turns_of(dict(zip(names, chosen, strict=True)))
    others, waited = names[1:], 0
    total = sum(Fraction(weight) for weight in chosen[1:])
    longest = total / Fraction(chosen[0]) + 3 * len(others)
    for present in data.draw(st.lists(st.sets(st.sampled_from(others)), min_size=5, max_size=60)):
        key = turns.order([names[0], *sorted(present)])[0]
        turns.served(key)
        waited = 0 if key == names[0] else waited + 1
        assert waited <= longest
