"""What a hook asks for: events by its filter, attempts by its schedule."""

from __future__ import annotations

import pytest

from tests.hook_world import event
from web.hooks.hook import EVERYTHING, HookFilter, Schedule


def test_a_schedule_says_how_long_to_wait_and_when_it_is_used_up() -> None:
    schedule = Schedule((5.0, 300.0), jitter=0.1)
    assert [schedule.after(attempt, lambda: 0.0) for attempt in (1, 2, 3)] == [5.0, 300.0, None]
    assert schedule.after(1, lambda: 1.0) == pytest.approx(5.5)


def test_a_schedule_that_repeats_goes_on_with_its_last_wait() -> None:
    schedule = Schedule((1.0, 60.0), jitter=0.0, repeats=True)
    assert [schedule.after(attempt, lambda: 0.5) for attempt in (1, 2, 99)] == [1.0, 60.0, 60.0]


@pytest.mark.parametrize("repeats", [False, True])
def test_a_schedule_without_delays_allows_one_attempt(repeats: bool) -> None:
    assert Schedule((), repeats=repeats).after(1, lambda: 0.0) is None


def test_a_filter_of_everything_wants_the_services_own_events_too() -> None:
    own = event(1, None, rule=None)
    assert EVERYTHING.wants(own)
    assert not HookFilter(rules=frozenset({"r"})).wants(own)
    assert not HookFilter(streams=frozenset({"a"})).wants(own)


def test_a_filter_wants_what_both_its_lists_name() -> None:
    wanted = HookFilter(frozenset({"r"}), frozenset({"a", "b"}))
    assert wanted.wants(event(1, "b"))
    assert not wanted.wants(event(1, "c"))
    assert not wanted.wants(event(1, "a", rule="other"))
