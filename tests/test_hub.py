"""The hub: publishing, remembering, forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web_service import EPOCH, event, marker, reading, summary
from web.hub import Hub
from web.service import Condition, StatusChange

if TYPE_CHECKING:
    from web.feed import Kind, Notice


class Ear:
    """A receiver that keeps what it is offered."""

    def __init__(self) -> None:
        self.unwanted: set[str] = set()
        self.asked = 0
        self.heard: list[tuple[str, str, int]] = []
        self.texts: list[str] = []
        self.forgotten: list[str] = []
        self.retracted: list[str] = []

    def wants(self, kind: Kind, stream: str, window: str = "") -> bool:
        self.asked += 1
        return not {window or kind, stream} & self.unwanted

    def offer(self, notice: Notice) -> None:
        self.heard.append((notice.kind, notice.stream, notice.sequence))
        self.texts.append(str(notice.message))

    def retract(self, stream: str) -> None:
        self.retracted.append(stream)

    def forget(self, stream: str, notice: Notice) -> None:
        self.forgotten.append(stream)
        self.texts.append(str(notice.message))


EVERYTHING = ("2s", "60s")


def test_each_receiver_is_offered_each_message_in_order_while_it_is_attached() -> None:
    hub, early, late = Hub(), Ear(), Ear()
    hub.attach(early)
    hub.publish(summary(1))
    hub.attach(late)
    hub.publish(reading(2))
    hub.detach(early)
    hub.publish(StatusChange("lobby", Condition("ended", None, EPOCH)))
    assert early.heard == [("summary", "lobby", 1), ("reading", "lobby", 2)]
    assert late.heard == [("reading", "lobby", 2), ("status", "lobby", 0)]


def test_a_receiver_is_asked_once_what_it_wants_until_it_wants_something_else() -> None:
    hub, ear = Hub(), Ear()
    ear.unwanted = {"60s", "reading"}
    hub.attach(ear)
    for sequence in range(1, 4):
        hub.publish(summary(sequence))
        hub.publish(summary(sequence, window="60s"))
        hub.publish(reading(sequence))
    assert ear.heard == [("summary", "lobby", sequence) for sequence in range(1, 4)]
    assert ear.asked == 3
    ear.unwanted = {"2s"}
    hub.revise(ear)
    hub.publish(summary(4))
    hub.publish(reading(4))
    assert ear.heard[3:] == [("reading", "lobby", 4)]


def test_a_message_is_encoded_once_for_all() -> None:
    hub, first, second = Hub(), Ear(), Ear()
    hub.attach(first)
    hub.attach(second)
    hub.publish(summary(1))
    assert first.texts[0] is second.texts[0]
    assert first.texts[0] is hub.after("lobby", 0, EVERYTHING, 9)[0].text


def test_the_history_of_a_window_is_bounded_and_tells_what_it_lost() -> None:
    hub = Hub(history=10)
    for sequence in range(1, 31):
        hub.publish(summary(sequence, window="2s" if sequence % 3 else "60s"))
    # 2s:  1 2 . 4 5 . ... 28 29 .   the newest ten are 16 17 19 20 22 23 25 26 28 29
    # 60s: 3 6 9 ... 30              all ten are kept
    kept = [entry.sequence for entry in hub.after("lobby", 0, ("2s",), 100)]
    assert kept == [16, 17, 19, 20, 22, 23, 25, 26, 28, 29]
    assert [(loss.window, loss.first, loss.last) for loss in hub.losses("lobby", 4, EVERYTHING)] == [
        ("2s", 5, 14)
    ]
    assert hub.losses("lobby", 14, EVERYTHING) == []
    assert hub.newest("lobby") == 30


def test_what_follows_a_sequence_comes_in_order_over_all_windows() -> None:
    hub = Hub()
    for sequence in range(1, 13):
        hub.publish(summary(sequence, window="60s" if sequence % 4 == 0 else "2s"))
    assert [entry.sequence for entry in hub.after("lobby", 5, EVERYTHING, 5)] == [6, 7, 8, 9, 10]
    assert hub.after("lobby", 12, EVERYTHING, 5) == []
    assert list(hub.after("door", 0, EVERYTHING, 5)) == []


def test_a_stream_that_is_gone_is_forgotten_and_said_to_be() -> None:
    hub, ear = Hub(clock=lambda: EPOCH), Ear()
    hub.attach(ear)
    hub.publish(summary(1))
    hub.forget("lobby")
    assert hub.newest("lobby") == 0
    assert list(hub.between("lobby", "2s", 0.0, 1e12, 9)) == []
    assert ear.forgotten == ["lobby"]
    assert '"removed":true' in ear.texts[-1]


def test_a_stream_that_counts_anew_leaves_its_old_summaries_behind() -> None:
    hub = Hub()
    for sequence in (1, 2, 3, 1, 2):
        hub.publish(summary(sequence))
    assert [entry.sequence for entry in hub.after("lobby", 0, EVERYTHING, 9)] == [1, 2]
    assert hub.newest("lobby") == 2


def test_events_are_kept_in_order_and_told_as_lost_when_they_no_longer_are() -> None:
    hub = Hub(events=4)
    hub.publish(summary(1))
    for number in range(1, 7):
        hub.publish(event(number, number))
    assert [each.id for each in hub.events("lobby", 4)] == ["evt_lobby_4", "evt_lobby_5", "evt_lobby_6"]
    assert hub.losses("lobby", 3, EVERYTHING, events=True) == []
    assert [(loss.window, loss.first, loss.last) for loss in hub.losses("lobby", 1, (), events=True)] == [
        ("", 1, 2)
    ]
    assert hub.losses("lobby", 1, EVERYTHING) == []


def test_what_was_made_before_the_service_began_is_told_as_not_kept() -> None:
    hub = Hub()
    hub.publish(summary(1001))
    assert hub.begins_after("lobby") == 1000
    lost = [(loss.window, loss.first, loss.last) for loss in hub.losses("lobby", 7, EVERYTHING, events=True)]
    assert lost == [("2s", 8, 1000), ("60s", 8, 1000), ("", 7, 1000)]


def test_an_event_of_the_service_is_of_no_stream_and_is_not_kept() -> None:
    hub, ear = Hub(), Ear()
    hub.attach(ear)
    hub.publish(event(1, 0, stream=None))
    assert ear.heard == [("event", "", 0)]
    assert '"stream":null' in ear.texts[0]
    assert list(hub.events("", 0)) == []


def test_a_marker_of_all_streams_goes_out_once_however_many_there_are() -> None:
    hub, ear = Hub(), Ear()
    for number in range(300):
        hub.publish(summary(1, stream=f"cam-{number}"))
    hub.attach(ear)
    hub.publish(marker(1, stream=None))
    hub.publish(marker(2, stream="yard"))
    assert ear.heard == [("marker", "", 0), ("marker", "yard", 0)]
    assert '"stream":null' in ear.texts[0]


def test_a_history_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="At least 1"):
        Hub(history=0)


def test_a_summary_that_was_missed_is_told_as_lost() -> None:
    hub = Hub()
    for sequence in (1, 2):
        hub.publish(summary(sequence))
    hub.miss(summary(3))
    hub.miss(summary(4, window="60s"))
    hub.publish(summary(5))
    assert [kept.sequence for kept in hub.after("lobby", 0, EVERYTHING, 10)] == [1, 2, 5]
    assert [(loss.window, loss.first, loss.last) for loss in hub.losses("lobby", 2, EVERYTHING)] == [
        ("2s", 3, 3),
        ("60s", 3, 4),
    ]
