"""How far `semblance watch` has followed each stream."""

from __future__ import annotations

from semblance.watch.messages import Gap, RuleEvent, WindowInfo, read
from semblance.watch.positions import Positions
from tests.watched import event, parsed, summary

WINDOWS = (WindowInfo(name="2s", length=2, interval=0.5), WindowInfo(name="60s", length=60, interval=5))


def begun() -> Positions:
    positions = Positions()
    positions.connected(WINDOWS)
    return positions


def test_it_resumes_after_the_last_summary_of_each_stream() -> None:
    positions = begun()
    for sequence, stream in ((1, "lobby"), (7, "door"), (2, "lobby")):
        assert positions.take(parsed(summary(sequence, stream, end=sequence))) == 0
    assert positions.resume() == {"lobby": 2, "door": 7}


def test_a_summary_that_comes_twice_is_taken_once() -> None:
    positions = begun()
    assert positions.take(parsed(summary(5, end=2.5))) == 0
    assert positions.take(parsed(summary(5, end=2.5))) is None
    assert positions.take(parsed(summary(4, end=2.0))) is None


def test_a_service_that_counts_from_the_start_again_is_followed() -> None:
    positions = begun()
    positions.take(parsed(summary(500, end=250.0)))
    assert positions.take(parsed(summary(1, end=300.0))) == 0
    assert positions.resume() == {"lobby": 1}


def test_what_a_gap_swallowed_is_counted_in_windows_though_sequences_are_of_all_windows_together() -> None:
    #  end      1.0   1.5   2.0   2.5   3.0
    #  window    x     gap .... gap     x
    positions = begun()
    positions.take(parsed(summary(10, end=1.0)))
    positions.take(parsed(summary(11, window="60s", end=1.0)))
    positions.gap(Gap(type="gap", stream="lobby", window="2s"))
    assert positions.take(parsed(summary(18, end=3.0))) == 3
    assert positions.take(parsed(summary(19, window="60s", end=6.0))) == 0
    assert positions.take(parsed(summary(20, end=3.5))) == 0


def test_windows_between_two_connections_are_missing_unless_they_are_sent_after_all() -> None:
    positions = begun()
    positions.take(parsed(summary(1, "lobby", end=1.0)))
    positions.take(parsed(summary(1, "door", end=1.0)))
    positions.connected(WINDOWS)
    assert positions.take(parsed(summary(2, "lobby", end=1.5))) == 0
    assert positions.take(parsed(summary(9, "door", end=5.0))) == 7


def test_a_stream_whose_camera_was_off_misses_nothing() -> None:
    positions = begun()
    positions.take(parsed(summary(1, end=1.0)))
    assert positions.take(parsed(summary(2, end=900.0))) == 0


def test_a_removed_stream_is_not_resumed() -> None:
    positions = begun()
    positions.take(parsed(summary(3, end=1.0)))
    positions.forget("lobby")
    assert positions.resume() == {}


def rule_event(number: int, stream: str | None = "lobby") -> RuleEvent:
    known = read(event(number, stream))
    assert isinstance(known, RuleEvent)
    return known


def test_an_event_that_comes_again_is_taken_once() -> None:
    positions = begun()
    assert positions.take_event(rule_event(1))
    assert not positions.take_event(rule_event(1))
    assert positions.take_event(rule_event(2))


def test_events_alone_are_resumed_from_the_last_of_them_and_after_a_summary_from_there() -> None:
    positions = begun()
    positions.take_event(rule_event(3))
    positions.take_event(rule_event(5))
    positions.take_event(rule_event(9, stream=None))
    assert positions.resume() == {"lobby": 5}
    positions.take(parsed(summary(7, end=3.5)))
    assert positions.resume() == {"lobby": 7}
