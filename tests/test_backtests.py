"""Back-tests over REST: the events a rule made live, found again in what was recorded."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import httpx
import pytest

from aggregation.rules.definition import DominantRule
from tests.published import EPOCH, WINDOWS, of_window, window
from tests.rules_site import RulesSite
from tests.test_rules import HAPPY, errors
from web.app import create_app
from web.backtests import backtests_router
from web.group import Group
from web.history.keep import Keep
from web.history.store import Store
from web.hub import Hub
from web.options import WebOptions
from web.rehearsals import AT_ONCE, BusyError, Rehearsals, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sqlalchemy import Connection


T = TypeVar("T")

COUNT = 400
SINCE = datetime.fromtimestamp(EPOCH, UTC).isoformat()
UNTIL = datetime.fromtimestamp(EPOCH + COUNT, UTC).isoformat()
SPAN = {"since": SINCE, "until": UNTIL}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """With windows of happiness and neutral by turns, ten seconds each, of `lobby` and the group `house`."""
    store = Store(str(tmp_path / "history.db"), Keep(summaries=36500), WINDOWS)
    running = asyncio.create_task(store.run())
    for sequence in range(1, COUNT + 1):
        for stream in ("lobby", "house"):
            summary = window(sequence, "happiness" if sequence // 20 % 2 else "neutral", stream)
            store.add(summary)
    store.add(of_window(window(COUNT, "neutral"), "60s"))
    await store.write(lambda _: None)
    yield store
    running.cancel()
    await asyncio.wait([running])


@pytest.fixture
def site() -> RulesSite:
    return RulesSite(rules=[DominantRule(id="lead", hold=0.5)])


@pytest.fixture
async def api(site: RulesSite, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with site.open():
        routers = [backtests_router(site.service, site.court.rules, site.court.groups, store)]
        app = create_app(site.service, Hub(10), WebOptions(), routers=routers)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1/rules") as client:
            yield client


def live(site: RulesSite, stream: str = "lobby") -> list[str]:
    """The ids of the events that the rules made of the same windows."""
    for sequence in range(1, COUNT + 1):
        emotion = "happiness" if sequence // 20 % 2 else "neutral"
        site.court.ruling.publish(window(sequence, emotion, stream))
    return [event.id for event in site.kept.events() if event.rule == "lead"]


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["firings"]]


async def test_the_firings_are_the_events_that_were_made_live(
    site: RulesSite, api: httpx.AsyncClient
) -> None:
    answer = await api.post("/backtest", json={"ruleId": "lead", "stream": "lobby", **SPAN})
    assert len(ids(answer)) == COUNT / 20
    assert ids(answer) == live(site)
    told = answer.json()
    assert (told["summaries"], told["mediaSeconds"], told["complete"]) == (COUNT, COUNT * 0.5, True)
    assert told["streams"] == ["lobby"]
    assert told["speed"] == pytest.approx(told["mediaSeconds"] / told["wallSeconds"], rel=0.2)


async def test_a_rule_that_is_nowhere_yet_is_tried_too(api: httpx.AsyncClient) -> None:
    answer = await api.post("/backtest", json={"rule": {**HAPPY, "hold": 0}, "stream": "lobby", **SPAN})
    names = [event["name"] for event in answer.json()["firings"]]
    assert names == ["emotion.threshold.started", "emotion.threshold.ended"] * (COUNT // 40)


async def test_without_a_stream_all_are_tried_that_the_rule_is_for(api: httpx.AsyncClient) -> None:
    everything = await api.post("/backtest", json={"ruleId": "lead", **SPAN})
    assert everything.json()["streams"] == ["house", "lobby"]  # no group has the id `house` any more
    group = {"id": "a", "type": "presence", "groups": ["house", "hut"]}
    assert (await api.post("/backtest", json={"rule": group, **SPAN})).json()["streams"] == ["house"]
    several = {"ruleId": "lead", "stream": "lobby", "streams": ["lobby", "house"], **SPAN}
    assert (await api.post("/backtest", json=several)).json()["streams"] == ["lobby", "house"]


async def test_groups_and_streams_are_told_apart(site: RulesSite, api: httpx.AsyncClient) -> None:
    question = {"ruleId": "lead", **SPAN}
    assert errors(await api.post("/backtest", json={**question, "group": "house"})) == {
        "group": "There is no group 'house'; a stream is named as `stream`."
    }
    await site.court.groups.put(Group(id="house", streams=("lobby",)))
    assert len(ids(await api.post("/backtest", json={**question, "group": "house"}))) == COUNT / 20
    assert errors(await api.post("/backtest", json={**question, "stream": "house"})) == {
        "stream": "'house' is a group; name it as `group`."
    }
    alone = {"rule": {"id": "crowd", "type": "presence", "groups": ["house"]}, "stream": "lobby", **SPAN}
    assert (
        "is for groups alone (house), and 'lobby' is a stream"
        in errors(await api.post("/backtest", json=alone))["rule"]
    )


async def test_the_span_and_the_limit_bound_what_is_found(api: httpx.AsyncClient) -> None:
    question = {"ruleId": "lead", "stream": "lobby"}
    limited = (await api.post("/backtest", json={**question, **SPAN, "limit": 3})).json()
    assert (len(limited["firings"]), limited["complete"]) == (3, False)
    until = datetime.fromtimestamp(EPOCH + 30, UTC).isoformat()
    assert (await api.post("/backtest", json={**question, "since": SINCE, "until": until})).json()[
        "summaries"
    ] == 60
    assert (await api.post("/backtest", json=question)).json()["summaries"] == 0  # a day, until now


async def test_every_mistake_is_named_by_its_field(api: httpx.AsyncClient) -> None:
    bad = await api.post("/backtest", json={"rule": {**HAPPY, "enter": 2}, "stream": "no one"})
    assert errors(bad).keys() == {"rule.enter", "stream"}
    assert errors(await api.post("/backtest", json={"ruleId": "lead", "streams": ["lobby", "attic"]})) == {
        "streams.1": "Nothing is recorded of 'attic'."
    }
    for stream in ({"stream": "lobby"}, {}):
        connection = {"rule": {"id": "a", "type": "stream"}, **stream, **SPAN}
        assert errors(await api.post("/backtest", json=connection)).keys() == {"rule"}
    window_of_then = {"rule": {**HAPPY, "window": "9s"}, **SPAN}
    assert errors(await api.post("/backtest", json=window_of_then)).keys() == {"rule.window"}
    turned = {"ruleId": "lead", "since": UNTIL, "until": SINCE}
    assert errors(await api.post("/backtest", json=turned)).keys() == {"since"}
    for time in ("0001-01-01T00:00:00+23:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-23:00"):
        for name in ("since", "until"):
            beyond = {"ruleId": "lead", "stream": "lobby", name: time}
            assert errors(await api.post("/backtest", json=beyond)) == {name: "A time is from 1970 to 9998"}
    assert (await api.post("/backtest", json={"ruleId": "nobody"})).status_code == 404
    for rules in ({}, {"rule": HAPPY, "ruleId": "lead"}):
        assert (await api.post("/backtest", json=rules)).status_code == 422


class Slow:
    """A database that answers when it is let; implements what rehearsals use of one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.let = threading.Event()
        self.reads = 0

    async def read(self, query: Callable[[Connection], T]) -> T:
        self.reads += 1
        await asyncio.to_thread(self.let.wait, 10)
        return await self.store.read(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        return await self.store.write(change)


def scene() -> Scene:
    return Scene(DominantRule(id="lead"), ("lobby", "house"), EPOCH, EPOCH + COUNT, 1000)


async def test_only_so_many_run_at_once_and_one_that_is_cancelled_makes_room(store: Store) -> None:
    slow = Slow(store)
    rehearsals = Rehearsals(slow, WINDOWS)
    running = [asyncio.create_task(rehearsals.run(scene())) for _ in range(AT_ONCE)]
    while slow.reads < AT_ONCE:  # noqa: ASYNC110 - it is a thread that reads
        await asyncio.sleep(0.01)
    with pytest.raises(BusyError, match="2 back-tests run already"):
        await rehearsals.run(scene())
    for task in running:
        task.cancel()
    slow.let.set()
    await asyncio.wait(running)
    assert all(task.cancelled() for task in running)
    assert slow.reads == AT_ONCE  # neither went on with the next piece
    assert (await rehearsals.run(scene())).summaries == 2 * COUNT


async def test_one_that_takes_too_long_tells_what_it_has_found(store: Store) -> None:
    done = await Rehearsals(store, WINDOWS, longest=0.0).run(scene())
    assert (done.complete, done.events) == (False, [])
