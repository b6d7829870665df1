"""The recorder: who gets what of what is published."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregation.event import Event, Marker
from semblance.recorder import Recorder
from tests.published import EPOCH, Kept, status, window
from tests.web_service import reading

if TYPE_CHECKING:
    from aggregation import Summary
    from web.service import Published, StatusChange

EVENT = Event("evt_1", "lobby", "rule", "emotion.dominant.changed", "changed", EPOCH, 1, None, "neutral")
MARKER = Marker("mark_1", None, EPOCH, "joke")


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
    kept, summaries, events, listener = Kept(), Added(), Added(), Added()
    recorder = Recorder(kept, summaries, events, [listener])
    published: list[Published] = [status("running"), reading(1), window(1, "neutral"), EVENT, MARKER]
    for message in published:
        recorder.publish(message)
    assert kept.messages == published
    assert summaries.items == [window(1, "neutral")]
    assert events.items == [EVENT]
    assert listener.items == [status("running"), window(1, "neutral")]


def test_a_stream_that_is_gone_is_forgotten_by_listeners_but_not_by_what_is_kept() -> None:
    kept, summaries, events, listener = Kept(), Added(), Added(), Added()
    recorder = Recorder(kept, summaries, events, [listener])
    recorder.forget("lobby")
    recorder.retract_previews("lobby")
    assert recorder.previews_wanted("lobby") == 5.0
    assert kept.messages == ["lobby", "retract lobby"]
    assert listener.items == ["lobby"]
    assert not summaries.items
    assert not events.items
