"""The recorder: who gets what of what is published."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregation.event import Event, Evidence, Marker
from semblance.erased_times import ErasedTimes
from semblance.recorder import Recorder
from tests.published import EPOCH, Kept, status, window
from tests.web_service import reading

if TYPE_CHECKING:
    from aggregation import Summary
    from web.service import Published, StatusChange

EVENT = Event("evt_1", "lobby", "rule", "emotion.dominant.changed", "changed", EPOCH, 1, None, "neutral")
MARKER = Marker("mark_1", None, EPOCH, "joke")


class Remembering(Kept):
    def erase(self, stream: str, since: float, until: float) -> None:
        self.messages.append(f"erase {stream} {since - EPOCH} {until - EPOCH}")

    def miss(self, summary: Summary) -> None:
        self.messages.append(f"miss {summary.sequence}")


@dataclass
class Added:
    items: list[object] = field(default_factory=list)

    def add(self, item: object) -> None:
        self.items.append(item)

    def hear(self, message: Summary | StatusChange) -> None:
        self.items.append(message)

    def forget(self, stream: str) -> None:
        self.items.append(stream)


def test_each_gets_what_is_its_own_and_the_next_publisher_all_in_order() -> None:
    kept, summaries, events, listener = Remembering(), Added(), Added(), Added()
    recorder = Recorder(kept, summaries, events, [listener])
    published: list[Published] = [status("running"), reading(1), window(1, "neutral"), EVENT, MARKER]
    for message in published:
        recorder.publish(message)
    assert kept.messages == published
    assert summaries.items == [window(1, "neutral")]
    assert events.items == [EVENT]
    assert listener.items == [status("running"), window(1, "neutral")]


def test_a_stream_that_is_gone_is_forgotten_by_listeners_but_not_by_what_is_kept() -> None:
    kept, summaries, events, listener = Remembering(), Added(), Added(), Added()
    recorder = Recorder(kept, summaries, events, [listener])
    recorder.forget("lobby")
    recorder.retract_previews("lobby")
    assert recorder.previews_wanted("lobby") == 5.0
    assert kept.messages == ["lobby", "retract lobby"]
    assert listener.items == ["lobby"]
    assert not summaries.items
    assert not events.items


def happened(sequence: int, *shown: int) -> Event:
    """At the end of the window of this sequence, with evidence of others."""
    evidence = tuple(Evidence(EPOCH + 0.5 * each, each, "neutral", 1, 1.0) for each in shown)
    at = EPOCH + 0.5 * sequence
    return replace(EVENT, id=f"evt_{sequence}", at=at, sequence=sequence, window="2s", evidence=evidence)


def test_what_is_made_after_an_erasure_and_tells_of_that_time_goes_to_nobody() -> None:
    kept, summaries, events, listener = Remembering(), Added(), Added(), Added()
    recorder = Recorder(kept, summaries, events, [listener], ErasedTimes(lambda: EPOCH + 10))
    recorder.erase("lobby", EPOCH + 5, EPOCH + 99)
    recorder.erase("lobby", EPOCH - 10, EPOCH - 5)
    for sequence in (18, 22, 23, 24):  # windows of two seconds: the last begins as what was erased ends
        recorder.publish(window(sequence, "neutral"))
    dropped, shown = [happened(20), happened(24, 22), happened(24, 23, 24)], happened(25, 24, 25)
    for event in (*dropped, shown):
        recorder.publish(event)
    recorder.publish(window(22, "neutral", "room"))  # a group has windows of its own
    assert kept.messages == [
        "erase lobby 5.0 99.0",
        "erase lobby -10.0 -5.0",
        "miss 18",
        "miss 22",
        "miss 23",
        window(24, "neutral"),
        shown,
        window(22, "neutral", "room"),
    ]
    assert summaries.items == listener.items == [window(24, "neutral"), window(22, "neutral", "room")]
    assert events.items == [shown]


def test_a_range_is_forgotten_once_no_window_can_reach_back_to_it() -> None:
    now = EPOCH
    erased = ErasedTimes(lambda: now)
    erased.add("lobby", EPOCH - 10, EPOCH)
    assert erased.reach(window(1, "neutral"))
    now += 100_000
    erased.add("hall", now - 5, now)
    assert not erased.reach(window(1, "neutral"))
