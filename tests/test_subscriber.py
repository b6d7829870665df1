"""What waits for one client: bounded, newest first to matter, nothing lost unsaid."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web_service import EPOCH, preview, reading, summary, unframed
from web.catching_up import BATCH
from web.feed import KINDS
from web.hub import Hub
from web.interests import Interests, NotSubscribedError, TooManyStreamsError
from web.pending import BURST
from web.service import Condition, StatusChange
from web.subscriber import REPLIES, Figures, Subscriber

if TYPE_CHECKING:
    from stream.source import State
    from web.feed import Kind

WINDOWS = ("2s", "60s")
SUMMARY: tuple[Kind, ...] = ("summary",)
READING: tuple[Kind, ...] = ("reading",)
PREVIEW: tuple[Kind, ...] = ("preview",)


def subscriber(hub: Hub, *kinds: Kind) -> Subscriber:
    interests = Interests(100)
    interests.add(("*",), kinds or KINDS, WINDOWS)
    made = Subscriber(hub, interests, Figures())
    hub.attach(made)
    return made


def taken(client: Subscriber) -> list[dict[str, Any]]:
    messages = []
    while (text := unframed(client.take())) is not None:
        messages.append(json.loads(text))
    return messages


def briefly(messages: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [
        ("gap", message["from"], message["to"])
        if message["type"] == "gap"
        else (message["type"], message.get("sequence"))
        for message in messages
    ]


def test_newer_summaries_take_the_place_of_the_oldest_and_the_gap_is_told() -> None:
    hub = Hub()
    client = subscriber(hub)
    for sequence in range(1, BURST + 5):
        hub.publish(summary(sequence))
    assert client.waiting == BURST
    kept = [("summary", sequence) for sequence in range(5, BURST + 5)]
    assert briefly(taken(client)) == [("gap", 1, 4), *kept]


def test_summaries_made_in_one_breath_all_reach_a_client_that_reads() -> None:
    hub = Hub()
    client = subscriber(hub)
    for sequence in range(1, 2 * BURST + 1):
        hub.publish(summary(sequence, window=WINDOWS[sequence % 2]))
    assert briefly(taken(client)) == [("summary", sequence) for sequence in range(1, 2 * BURST + 1)]


def test_windows_and_streams_do_not_push_each_other_out() -> None:
    hub = Hub()
    client = subscriber(hub)
    hub.publish(summary(1))
    hub.publish(summary(2, window="60s"))
    hub.publish(summary(1, stream="door"))
    heard = [(message["stream"], message["sequence"]) for message in taken(client)]
    assert heard == [("lobby", 1), ("door", 1), ("lobby", 2)]


def test_only_the_newest_reading_and_status_wait_and_no_gap_is_told() -> None:
    hub = Hub()
    client = subscriber(hub)
    for sequence in range(1, 6):
        hub.publish(reading(sequence))
    states: tuple[State, ...] = ("connecting", "running")
    for state in states:
        hub.publish(StatusChange("lobby", Condition(state, None, EPOCH)))
    messages = taken(client)
    assert briefly(messages) == [("reading", 5), ("status", None)]
    assert messages[1]["state"] == "running"


def test_a_client_that_never_reads_holds_a_few_messages_per_window() -> None:
    hub = Hub(history=50)
    client = subscriber(hub)
    for sequence in range(1, 10_001):
        hub.publish(summary(sequence, window=WINDOWS[sequence % 2]))
        hub.publish(reading(sequence))
    assert client.waiting == 2 * BURST + 1


def test_no_stream_waits_behind_a_busier_one() -> None:
    hub = Hub()
    client = subscriber(hub, "summary")
    hub.publish(summary(1, stream="busy"))
    hub.publish(summary(1, stream="quiet"))
    streams = []
    for sequence in range(2, 8):
        message = json.loads(unframed(client.take()) or "{}")
        streams.append(message["stream"])
        hub.publish(summary(sequence, stream="busy"))
    assert streams[:2] == ["busy", "quiet"]


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_whatever_happens_each_summary_is_sent_or_told_as_a_gap(data: st.DataObject) -> None:
    hub = Hub(history=data.draw(st.integers(1, 20)))
    before = data.draw(st.integers(0, 200))
    for sequence in range(1, before + 1):
        hub.publish(summary(sequence, window=WINDOWS[sequence % 2]))
    client = subscriber(hub, "summary")
    since = data.draw(st.integers(0, before))
    if data.draw(st.booleans()):
        client.resume("lobby", since)
    else:
        since = before
    messages: list[dict[str, Any]] = []
    last = before
    for take in data.draw(st.lists(st.booleans(), max_size=120)):
        if take:
            text = unframed(client.take())
            if text:
                messages.append(json.loads(text))
        else:
            last += 1
            hub.publish(summary(last, window=WINDOWS[last % 2]))
        assert client.waiting <= BATCH + 2 * BURST + 2
    messages += taken(client)
    order = [message["sequence"] for message in messages if message["type"] == "summary"]
    assert order == sorted(set(order))  # so that the highest one heard is where to resume
    for window in (0, 1):
        expected = [sequence for sequence in range(since + 1, last + 1) if sequence % 2 == window]
        ours = [message for message in messages if message["window"] == WINDOWS[window]]
        sent = [message["sequence"] for message in ours if message["type"] == "summary"]
        gaps = [(message["from"], message["to"]) for message in ours if message["type"] == "gap"]
        assert sent == sorted(set(sent))
        missing = set(expected) - set(sent)
        told = {number for first, end in gaps for number in range(first, end + 1)}
        assert missing <= told
        assert not set(sent) & told
        assert set(sent) <= set(expected)


def test_catching_up_comes_in_order_before_what_is_live() -> None:
    hub = Hub()
    client_hub_before = 200
    for sequence in range(1, client_hub_before + 1):
        hub.publish(summary(sequence, window="60s" if sequence % 10 == 0 else "2s"))
    client = subscriber(hub, "summary")
    client.resume("lobby", 50)
    first = [json.loads(unframed(client.take()) or "{}")["sequence"] for _ in range(30)]
    hub.publish(summary(201))
    rest = [message["sequence"] for message in taken(client)]
    assert first + rest == list(range(51, 202))


def test_a_stream_that_catches_up_does_not_silence_another() -> None:
    hub = Hub()
    for sequence in range(1, 101):
        hub.publish(summary(sequence))
    client = subscriber(hub, "summary")
    client.resume("lobby", 0)
    hub.publish(summary(1, stream="door"))
    assert "door" in {json.loads(unframed(client.take()) or "{}")["stream"] for _ in range(2)}


def test_a_client_behind_a_shrinking_history_is_told_what_it_lost() -> None:
    hub = Hub(history=BATCH)
    for sequence in range(1, BATCH + 1):
        hub.publish(summary(sequence))
    client = subscriber(hub, "summary")
    client.resume("lobby", 0)
    assert json.loads(unframed(client.take()) or "{}")["sequence"] == 1  # a batch is in hand
    for sequence in range(BATCH + 1, 3 * BATCH + 1):
        hub.publish(summary(sequence))
    messages = briefly(taken(client))
    assert ("gap", BATCH + 1, 2 * BATCH) in messages
    assert messages[-1] == ("summary", 3 * BATCH)


def test_a_stream_that_is_forgotten_leaves_only_the_news_of_it() -> None:
    hub = Hub()
    client = subscriber(hub)
    for sequence in range(1, 101):
        hub.publish(summary(sequence))
    client.resume("lobby", 0)
    client.take()
    hub.publish(reading(1))
    hub.forget("lobby")
    messages = taken(client)
    assert briefly(messages) == [("status", None)]
    assert messages[0]["removed"] is True


def test_what_is_unsubscribed_is_not_sent_any_more() -> None:
    hub = Hub()
    interests = Interests(10)
    interests.add(("*",), SUMMARY, WINDOWS)
    client = Subscriber(hub, interests, Figures())
    hub.attach(client)
    hub.publish(summary(1))
    hub.publish(summary(2, window="60s"))
    interests.remove(("*",), SUMMARY, ("2s",))
    client.revise()
    hub.publish(summary(3))
    assert briefly(taken(client)) == [("summary", 2)]


def test_interests_are_bounded_and_taken_back_by_the_name_they_were_given() -> None:
    interests = Interests(2)
    interests.add(("a", "b"), SUMMARY, WINDOWS)
    with pytest.raises(TooManyStreamsError, match="2 streams at most"):
        interests.add(("c",), READING, WINDOWS)
    assert not interests.wants("reading", "c")
    with pytest.raises(NotSubscribedError):
        interests.remove(("c",), SUMMARY, WINDOWS)
    interests.remove(("a",), SUMMARY, ("2s",))
    assert interests.wants("summary", "a", "60s")
    assert not interests.wants("summary", "a", "2s")
    interests.remove(("*",), SUMMARY, WINDOWS)
    assert not interests.wants("summary", "b", "60s")


def watching(hub: Hub, fps: float, *kinds: Kind) -> Subscriber:
    interests = Interests(100)
    interests.add(("*",), kinds or ("summary", "preview"), WINDOWS, preview_fps=fps)
    made = Subscriber(hub, interests, Figures())
    hub.attach(made)
    made.revise()
    return made


def pictures(client: Subscriber) -> list[tuple[str, int]]:
    """Which previews wait and are sent next."""
    seen = []
    while isinstance(message := unframed(client.take()), bytes):
        header = json.loads(message[2 : 2 + int.from_bytes(message[:2], "big")])
        seen.append((header["stream"], header["sequence"]))
    return seen


def test_only_the_newest_picture_of_each_stream_waits() -> None:
    hub = Hub()
    client = watching(hub, 10.0)
    for sequence in range(5):
        hub.publish(preview(sequence))
        hub.publish(preview(sequence, "door"))
    assert client.waiting == 2
    assert pictures(client) == [("lobby", 4), ("door", 4)]


def test_a_stream_whose_picture_is_replaced_keeps_its_turn() -> None:
    hub = Hub()
    client = watching(hub, 10.0)
    hub.publish(preview(1))
    hub.publish(preview(1, "door"))
    hub.publish(preview(2))
    assert pictures(client) == [("lobby", 2), ("door", 1)]


def test_pictures_wait_behind_everything_else() -> None:
    hub = Hub()
    for sequence in range(1, 4):
        hub.publish(summary(sequence))
    client = watching(hub, 10.0)
    hub.publish(preview(1))
    hub.publish(preview(1, "door"))
    hub.publish(summary(4, stream="yard"))
    client.resume("lobby", 0)
    texts = [unframed(client.take()) for _ in range(4)]
    assert all(isinstance(text, str) for text in texts)
    assert pictures(client) == [("lobby", 1), ("door", 1)]


def test_a_picture_is_put_together_once_for_all() -> None:
    hub = Hub()
    first, second = watching(hub, 10.0), watching(hub, 10.0)
    hub.publish(preview(1))
    assert first.take() is second.take()


def test_pictures_that_may_not_be_seen_any_more_are_not_sent() -> None:
    hub = Hub()
    client = watching(hub, 10.0)
    hub.publish(preview(1))
    hub.publish(preview(1, "door"))
    hub.publish(summary(1))
    hub.retract_previews("lobby")
    assert json.loads(unframed(client.take()) or "{}")["type"] == "summary"
    assert pictures(client) == [("door", 1)]


def test_what_was_unsubscribed_is_not_wanted_of_anybody_any_more() -> None:
    hub = Hub()
    interests = Interests(10)
    client = Subscriber(hub, interests, Figures())
    hub.attach(client)
    interests.add(("lobby",), PREVIEW, WINDOWS, preview_fps=5.0)
    interests.add(("*",), PREVIEW, WINDOWS, preview_fps=1.0)
    client.revise()
    assert [hub.previews_wanted(stream) for stream in ("lobby", "door")] == [5.0, 1.0]
    hub.publish(preview(1))
    interests.remove(("lobby",), PREVIEW, WINDOWS)
    client.revise()
    assert [hub.previews_wanted(stream) for stream in ("lobby", "door")] == [1.0, 1.0]
    assert client.waiting == 1  # it is still wanted as one of all
    interests.remove(("*",), PREVIEW, WINDOWS)
    client.revise()
    assert hub.previews_wanted("lobby") == 0.0
    assert client.waiting == 0
    hub.detach(client)


def test_of_a_rate_given_twice_the_later_counts() -> None:
    interests = Interests(10)
    interests.add(("lobby",), PREVIEW, WINDOWS, preview_fps=10.0)
    interests.add(("lobby",), PREVIEW, WINDOWS, preview_fps=2.0)
    assert (interests.preview_fps("lobby"), interests.preview_fps("door")) == (2.0, 0.0)


async def test_answers_wait_for_room_so_that_a_talker_must_read() -> None:
    client = subscriber(Hub())
    for number in range(REPLIES):
        await client.reply(str(number))
    waiting = asyncio.create_task(client.reply("one more"))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert unframed(client.take()) == "0"
    await waiting
    assert client.waiting == REPLIES


def test_each_message_that_comes_wakes_who_takes_it() -> None:
    hub = Hub()
    woken: list[int] = []
    interests = Interests(10)
    interests.add(("lobby",), SUMMARY, WINDOWS)
    client = Subscriber(hub, interests, Figures(), wake=lambda: woken.append(client.waiting))
    hub.attach(client)
    hub.publish(summary(1))
    hub.publish(summary(1, stream="door"))
    assert len(woken) == 1
    client.resume("lobby", 0)
    assert len(woken) == 2
