"""How often each caller may call."""

from __future__ import annotations

import pytest

from web.emotion import rates
from web.emotion.rates import Rates


def test_a_minute_s_calls_may_come_at_once_and_then_one_at_a_time() -> None:
    calls = Rates(20)
    assert [calls.take("a", 100.0) for _ in range(20)] == [0.0] * 20
    assert calls.take("a", 100.0) == pytest.approx(3.0)
    assert calls.take("a", 102.0) == pytest.approx(1.0)
    assert calls.take("a", 103.0) == 0.0
    assert calls.take("a", 103.0) == pytest.approx(3.0)


def test_a_refused_call_is_not_counted() -> None:
    calls = Rates(1)
    assert calls.take("a", 0.0) == 0.0
    assert [calls.take("a", 1.0) for _ in range(5)] == [pytest.approx(59.0)] * 5
    assert calls.take("a", 60.0) == 0.0


def test_after_the_wait_that_was_told_a_call_is_let_in() -> None:
    calls, now, waited = Rates(7), 0.0, 0
    for _ in range(50):
        wait = calls.take("a", now)
        if wait:
            waited += 1
            now += wait
            assert calls.take("a", now) == 0.0
    assert waited == 43


def test_over_an_hour_no_more_are_let_in_than_were_promised() -> None:
    calls = Rates(30)
    taken = sum(calls.take("a", second / 10) == 0.0 for second in range(36_000))
    assert 30 * 60 <= taken <= 30 * 60 + 30


def test_callers_do_not_count_for_each_other() -> None:
    calls = Rates(1)
    assert [calls.take(caller, 0.0) for caller in "abc"] == [0.0] * 3
    assert calls.take("b", 0.0) > 0


def test_callers_are_forgotten_when_there_are_too_many_the_longest_silent_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "_CALLERS", 2)
    calls = Rates(2)
    for caller in ("a", "b", "a", "c"):
        assert calls.take(caller, 0.0) == 0.0
    assert calls.take("a", 0.0) > 0, "it called after b"
    assert calls.take("b", 0.0) == 0.0, "forgotten"
