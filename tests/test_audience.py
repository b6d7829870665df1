"""The audience of previews: who wants how many, counted and not searched for."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from web.audience import Audience

RATES = st.dictionaries(st.sampled_from(["a", "b", "*"]), st.sampled_from([1.0, 5.0, 10.0]))


def test_the_keenest_decides_and_leaving_takes_the_wish_along() -> None:
    audience: Audience[str] = Audience()
    assert audience.wanted("lobby") == 0.0
    audience.want("wall", {"*": 2.0})
    audience.want("page", {"lobby": 10.0})
    assert (audience.wanted("lobby"), audience.wanted("door")) == (10.0, 2.0)
    audience.leave("page")
    assert audience.wanted("lobby") == 2.0
    audience.leave("wall")
    audience.leave("wall")
    assert audience.wanted("lobby") == 0.0


@given(st.lists(st.tuples(st.sampled_from("xyz"), RATES), max_size=20))
def test_what_is_wanted_is_always_the_most_that_anybody_wants_now(
    changes: list[tuple[str, dict[str, float]]],
) -> None:
    audience: Audience[str] = Audience()
    wishes: dict[str, dict[str, float]] = {}
    for watcher, rates in changes:
        audience.want(watcher, rates)
        wishes[watcher] = rates
        for stream in ("a", "b", "c"):
            named = [wish[name] for wish in wishes.values() for name in (stream, "*") if name in wish]
            expected = max(named, default=0.0)
            assert audience.wanted(stream) == expected


def test_asking_costs_the_same_with_a_thousand_watchers() -> None:
    audience: Audience[int] = Audience()
    for watcher in range(1000):
        audience.want(watcher, {f"stream-{watcher % 40}": float(watcher % 10 + 1), "*": 1.0})
    start = time.thread_time()
    for _ in range(10_000):
        audience.wanted("stream-7")
    assert (time.thread_time() - start) / 10_000 < 20e-6  # a search would take some hundred
