"""What waits for the database is bounded, and what is given up is the oldest and counted."""

from __future__ import annotations

from tests.history_summaries import summaries
from web.history.pending import Pending


def test_the_oldest_are_given_up_first_and_counted() -> None:
    pending = Pending(most=10)
    for summary in summaries(15):
        pending.add(summary)
    assert (pending.size, pending.dropped) == (10, 5)
    assert [summary.sequence for summary in pending.take()] == list(range(6, 16))


def test_what_is_given_back_comes_before_what_came_since() -> None:
    pending = Pending(most=10)
    given = summaries(8)
    for summary in given[:5]:
        pending.add(summary)
    taken = pending.take()
    for summary in given[5:]:
        pending.add(summary)
    pending.give_back(taken)
    assert [summary.sequence for summary in pending.take()] == list(range(1, 9))


def test_the_newest_of_a_stream_is_known_when_it_was_taken_too() -> None:
    pending = Pending()
    pending.add(summaries(1, first=41)[0])
    pending.take()
    assert (pending.newest("lobby"), pending.newest("hall")) == (41, 0)
