"""A client that resumes: nothing lost untold, nothing twice, in order, whatever memory and past have left."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web_service import EPOCH, event, summary, unframed
from web.catching_up import BATCH, PAGE, Entry, Page, Past, Wish, in_order
from web.feed import KINDS, Notice
from web.history.database import HistoryUnavailableError
from web.hub import Hub
from web.interests import Interests
from web.pending import BURST, MOST_LASTING
from web.subscriber import Figures, Subscriber

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from aggregation.event import Event
    from aggregation.summary import Summary
    from web.feed import Kind

WINDOWS = ("2s", "60s")
BOTH: tuple[Kind, ...] = ("summary", "event")


class Log:
    """A past that holds what it was given, all but the last `behind` and but what was `pruned`."""

    def __init__(self) -> None:
        self.made: list[Summary | Event] = []
        self.behind = 0
        self.pruned = 0
        self.fails = False
        self.open = asyncio.Event()
        self.open.set()
        self.asked: list[Wish] = []

    async def page(self, wish: Wish) -> Page:
        self.asked.append(wish)
        await self.open.wait()
        if self.fails:
            raise HistoryUnavailableError("The disk is full.")
        held = self._held(wish.stream)
        entries = in_order(entry for each in held if (entry := _entry(each, wish)) is not None)
        summaries = [
            (each.window or "", each.sequence) for each in held if "evt" not in getattr(each, "id", "")
        ]
        oldest: dict[str, int] = {}
        for window, sequence in summaries:
            oldest.setdefault(window, sequence)
        newest = max((sequence for _, sequence in summaries), default=0)
        following = [sequence for _, sequence in summaries if sequence >= wish.sequence]
        holes = [(one + 1, other - 1) for one, other in pairwise(following) if other > one + 1]
        return Page(entries[: wish.limit], len(entries) <= wish.limit, oldest, newest, holes)

    def _held(self, stream: str) -> list[Summary | Event]:
        mine = [each for each in self.made if each.stream == stream]
        return [each for each in mine[: len(mine) - self.behind] if each.sequence > self.pruned]


def _entry(made: Summary | Event, wish: Wish) -> Entry | None:
    notice = Notice(made)
    if wish.through is not None and made.sequence > wish.through:
        return None
    if notice.kind == "event":
        known = notice.id in wish.known or made.sequence < wish.sequence or not wish.events
        return None if known else Entry(made.sequence, "event", notice.id, str(notice.message))
    if made.sequence <= wish.sequence or made.window not in wish.windows:
        return None
    return Entry(made.sequence, "summary", "", str(notice.message))


def a_stream(first: int, last: int, stream: str = "lobby") -> Iterator[Summary | Event]:
    """Summaries of two windows, and after every fifth two events."""
    for sequence in range(first, last + 1):
        yield summary(sequence, stream, WINDOWS[sequence % 10 == 0])
        if sequence % 5 == 0:
            yield event(2 * sequence, sequence, stream)
            yield event(2 * sequence + 1, sequence, stream)


def subscriber(hub: Hub, past: Past | None, *kinds: Kind) -> Subscriber:
    interests = Interests(100)
    interests.add(("*",), kinds or BOTH, WINDOWS)
    made = Subscriber(hub, interests, Figures(), past)
    hub.attach(made)
    return made


@asynccontextmanager
async def running(client: Subscriber) -> AsyncIterator[None]:
    task = asyncio.create_task(client.read_past())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def heard(client: Subscriber) -> list[dict[str, Any]]:
    """All there is to send, until nothing more comes."""
    messages: list[dict[str, Any]] = []
    quiet = 0
    while quiet < 5:
        message = unframed(client.take())
        if message is None:
            quiet += 1
            await asyncio.sleep(0)
        else:
            quiet = 0
            messages.append(json.loads(message))
    return messages


def briefly(messages: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [
        ("gap", message["window"], message["from"], message["to"])
        if message["type"] == "gap"
        else (message["type"], message["sequence"])
        for message in messages
    ]


def numbers(messages: list[dict[str, Any]], kind: str = "summary") -> list[int]:
    return [message["sequence"] for message in messages if message["type"] == kind]


async def test_events_come_back_with_their_summaries_from_memory() -> None:
    hub = Hub()
    for message in a_stream(1, 12):
        hub.publish(message)
    client = subscriber(hub, None)
    client.resume("lobby", 5)
    expected = [("event", 5), ("event", 5), *(("summary", n) for n in range(6, 11))]
    expected += [("event", 10), ("event", 10), ("summary", 11), ("summary", 12)]
    assert briefly(await heard(client)) == expected


async def test_what_memory_has_no_more_comes_from_the_past_and_the_rest_from_memory() -> None:
    hub, past = Hub(history=20, events=5), Log()
    for message in a_stream(1, 1000):
        hub.publish(message)
        past.made.append(message)
    past.behind = 15  # not written yet, but in memory
    client = subscriber(hub, past)
    async with running(client):
        client.resume("lobby", 0)
        messages = await heard(client)
    assert numbers(messages) == list(range(1, 1001))
    assert numbers(messages, "event") == [n for n in range(5, 1001, 5) for _ in range(2)]
    assert len({message["id"] for message in messages if message["type"] == "event"}) == 400
    assert briefly(messages) == briefly(sorted(messages, key=lambda m: (m["sequence"], m["type"] == "event")))
    assert {wish.through for wish in past.asked} == {990}  # asked for what memory lacks, no more


async def test_after_an_erasure_what_memory_forgot_with_it_comes_from_the_past() -> None:
    hub, past = Hub(), Log()
    for message in a_stream(1, 60):
        hub.publish(message)
    past.made = [message for message in a_stream(1, 60) if not 45 <= message.sequence <= 53]
    hub.erase("lobby", EPOCH + 22.1, EPOCH + 25.0)  # windows of two seconds, one every half second
    client = subscriber(hub, past)
    async with running(client):
        client.resume("lobby", 30)
        messages = await heard(client)
    assert numbers(messages) == [*range(31, 45), *range(54, 61)]
    assert numbers(messages, "event") == [n for n in (30, 35, 40, 55, 60) for _ in range(2)]
    assert ("gap", "2s", 45, 53) in briefly(messages)


async def test_after_an_erasure_a_client_is_told_what_is_gone_where_nothing_else_was_kept() -> None:
    hub = Hub()
    for message in a_stream(1, 60):
        hub.publish(message)
    hub.erase("lobby", EPOCH, EPOCH + 100)
    client = subscriber(hub, None)
    async with running(client):
        client.resume("lobby", 30)
        messages = await heard(client)
    assert briefly(messages) == [("gap", "2s", 31, 59), ("gap", "60s", 31, 60), ("gap", None, 30, 60)]


async def test_a_client_resumes_over_a_restart() -> None:
    past = Log()
    past.made = list(a_stream(1, 300))
    hub = Hub()
    client = subscriber(hub, past)
    async with running(client):
        client.resume("lobby", 290)  # before the stream has come back
        assert numbers(await heard(client)) == list(range(291, 301))
        for message in a_stream(1301, 1304):
            hub.publish(message)
        assert numbers(await heard(client)) == [1301, 1302, 1303, 1304]
        client.resume("lobby", 298)  # and after
        messages = await heard(client)
    assert briefly(messages)[:4] == [("summary", 299), ("summary", 300), ("event", 300), ("event", 300)]
    assert numbers(messages) == [299, 300, 1301, 1302, 1303, 1304]


async def test_what_the_past_has_no_more_is_told_and_nothing_else() -> None:
    hub, past = Hub(history=20), Log()
    for message in a_stream(1, 300):
        hub.publish(message)
        past.made.append(message)
    past.pruned = 100
    client = subscriber(hub, past, "summary")
    async with running(client):
        client.resume("lobby", 40)
        messages = await heard(client)
    assert [each for each in briefly(messages) if each[0] == "gap"] == [
        ("gap", "2s", 41, 100),
        ("gap", "60s", 41, 100),
    ]
    assert numbers(messages) == list(range(101, 301))


@pytest.mark.parametrize("fails", [True, False])
async def test_a_past_that_cannot_be_read_or_was_never_kept_leaves_what_is_in_memory(*, fails: bool) -> None:
    hub, past = Hub(history=20, events=4), Log()
    past.fails = fails
    for message in a_stream(1, 100):
        hub.publish(message)
    client = subscriber(hub, past)
    async with running(client):
        client.resume("lobby", 10)
        messages = await heard(client)
    assert ("gap", "2s", 11, 77) in briefly(messages)
    assert numbers(messages) == [*range(20, 78, 10), *range(78, 101)]  # the 60 s window's are all there
    if fails:
        assert ("gap", None, 10, 90) in briefly(messages)


async def test_a_slow_past_holds_up_neither_the_live_messages_nor_another_client() -> None:
    hub, past = Hub(history=10), Log()
    for message in a_stream(1, 100):
        hub.publish(message)
        past.made.append(message)
    past.open.clear()
    client, other = subscriber(hub, past), subscriber(hub, past)
    async with running(client), running(other):
        client.resume("lobby", 0)
        assert await heard(client) == []
        hub.publish(summary(1, stream="door"))
        hub.publish(summary(101))
        assert [m["stream"] for m in await heard(client)] == ["door"]
        assert [m["stream"] for m in await heard(other)] == ["door", "lobby"]
        past.open.set()
        assert numbers(await heard(client)) == list(range(1, 102))


async def test_a_client_that_resumes_thirty_streams_from_long_ago_is_held_a_page() -> None:
    hub, past = Hub(history=10), Log()
    streams = [f"s{number}" for number in range(30)]
    for stream in streams:
        for message in a_stream(1, 400, stream):
            hub.publish(message)
            past.made.append(message)
    client = subscriber(hub, past)
    messages: list[dict[str, Any]] = []
    most = 0
    async with running(client):
        for stream in streams:
            client.resume(stream, 0)
        while len(messages) < 30 * 560:
            text = unframed(client.take())
            most = max(most, client.waiting)
            if text:
                messages.append(json.loads(text))
            else:
                await asyncio.sleep(0)
    assert most <= PAGE + BATCH
    for stream in streams:
        assert numbers([m for m in messages if m["stream"] == stream]) == list(range(1, 401))
    assert max(messages.index(next(m for m in messages if m["stream"] == s)) for s in streams) < 30 * PAGE


async def test_resuming_anew_while_a_page_is_read_begins_anew() -> None:
    hub, past = Hub(history=10), Log()
    for message in a_stream(1, 100):
        hub.publish(message)
        past.made.append(message)
    past.open.clear()
    client = subscriber(hub, past, "summary")
    async with running(client):
        client.resume("lobby", 0)
        await heard(client)
        client.resume("lobby", 50)
        past.open.set()
        assert numbers(await heard(client)) == list(range(51, 101))


async def test_a_stream_that_goes_while_a_client_catches_up_still_sends_its_events() -> None:
    hub = Hub()
    for message in a_stream(1, 200):
        hub.publish(message)
    client = subscriber(hub, None, *KINDS)
    client.resume("lobby", 50)
    client.take()
    hub.publish(event(1000, 200))
    hub.forget("lobby")
    messages = await heard(client)
    assert [m["type"] for m in messages if m["type"] != "event"] == ["status"]
    expected = [n for n in range(50, 201, 5) for _ in range(2)]
    assert numbers(messages, "event") == [*expected[1:], 200]


async def test_events_that_wait_are_not_lost_by_resuming_behind_them() -> None:
    hub = Hub()
    client = subscriber(hub, None)
    for message in a_stream(1, 10):
        hub.publish(message)
    client.resume("lobby", 8)
    assert briefly(await heard(client)) == [
        ("event", 5),
        ("summary", 9),
        ("event", 5),
        ("summary", 10),
        ("event", 10),
        ("event", 10),
    ]


def test_a_client_that_cannot_be_told_of_every_event_is_given_up() -> None:
    hub = Hub()
    given_up: list[int] = []
    interests = Interests(10)
    interests.add(("*",), BOTH, WINDOWS)
    client = Subscriber(hub, interests, Figures(), overfull=lambda: given_up.append(client.waiting))
    hub.attach(client)
    for number in range(MOST_LASTING):
        hub.publish(event(number, number))
    assert given_up == []
    hub.publish(event(MOST_LASTING, MOST_LASTING))
    assert given_up == [MOST_LASTING]
    assert client.waiting == MOST_LASTING


def test_events_of_the_service_go_to_who_asked_for_all_streams() -> None:
    hub = Hub()
    interests = Interests(10)
    interests.add(("lobby",), BOTH, ("60s",))
    named, everyone = Subscriber(hub, interests, Figures()), subscriber(hub, None)
    hub.attach(named)
    hub.publish(event(1, 0, stream=None))
    hub.publish(event(2, 7, window="2s"))  # wanted, though summaries of 2 s are not
    assert named.waiting == 1
    assert everyone.waiting == 2


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_whatever_happens_nothing_is_lost_untold_nothing_comes_twice_and_all_in_order(
    data: st.DataObject,
) -> None:
    asyncio.run(_anything(data))


async def _anything(data: st.DataObject) -> None:
    hub = Hub(history=data.draw(st.integers(1, 12)), events=data.draw(st.integers(1, 8)))
    past = Log()
    before = data.draw(st.integers(0, 60))
    past.made = list(a_stream(1, before))  # of an earlier life
    first = before + data.draw(st.sampled_from((1, 1000))) if before else 1
    since = data.draw(st.integers(0, before))
    client = subscriber(hub, past)
    last = first - 1
    messages: list[dict[str, Any]] = []
    steps = st.lists(st.sampled_from(("take", "take", "make", "wait", "stop", "fail")), max_size=150)
    async with running(client):
        for step in ("begin", *data.draw(steps)):
            if step == "begin":
                client.resume("lobby", since)
            elif step == "make":
                last += 1
                for message in a_stream(last, last):
                    hub.publish(message)
                    past.made.append(message)
            elif step == "take":
                if text := unframed(client.take()):
                    messages.append(json.loads(text))
            elif step == "stop":
                past.behind = data.draw(
                    st.integers(0, min(12, len(past.made) - len(list(a_stream(1, before)))))
                )
            elif step == "fail":
                past.fails = data.draw(st.booleans())
            else:
                await asyncio.sleep(0)
            assert client.waiting <= PAGE + BATCH + 2 * BURST + MOST_LASTING
        last += 1
        for message in a_stream(last, last):  # which shows what was before
            hub.publish(message)
            past.made.append(message)
        messages += await heard(client)
    made = {Notice(each).id or each.sequence: each for each in past.made}
    summaries, events = numbers(messages), [m["id"] for m in messages if m["type"] == "event"]
    assert summaries == sorted(set(summaries))
    assert len(events) == len(set(events))
    assert numbers(messages, "event") == sorted(numbers(messages, "event"))
    order = [(m["sequence"], m["type"] == "event") for m in messages if m["type"] != "gap"]
    assert order == sorted(order)
    told = {
        (message["window"], number)
        for message in messages
        if message["type"] == "gap"
        for number in range(message["from"], min(message["to"], last) + 1)
    }
    for key, each in made.items():
        if isinstance(key, int):
            arrived = key in summaries
            assert arrived or key <= since or (each.window, key) in told, f"{each} is lost"
            assert not (arrived and (each.window, key) in told)
        else:
            assert key in events or each.sequence < since or (None, each.sequence) in told, f"{each} is lost"
