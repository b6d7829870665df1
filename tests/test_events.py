"""Recorded events over REST."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from aggregation import microseconds
from aggregation.event import Event, Evidence
from tests.history_database import MemoryDatabase
from tests.recorded import api_client
from tests.web_service import EPOCH, FakeService
from web import log_answers
from web.events import events_router
from web.history.schema import events
from web.hub import Hub
from web.messages import encode, event_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

    from web.history.database import Database


def event(number: int, **changes: Any) -> Event:
    """One each two seconds, two of each time, by turns of two streams."""
    told: dict[str, Any] = {
        "id": f"evt_{number:03}",
        "stream": ("lobby", "door")[number % 2],
        "rule": "dominant-emotion",
        "name": "emotion.dominant.changed",
        "phase": "changed",
        "at": EPOCH + number // 2,
        "sequence": number,
        "before": "neutral",
        "after": "happiness",
        "window": "2s",
        "thresholds": {"margin": 0.05},
        "evidence": (Evidence(EPOCH, number, "happiness", 3, 1.0, lead=0.4),),
    }
    return Event(**{**told, **changes})


@pytest.fixture
def database() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


@pytest.fixture
def hub() -> Hub:
    return Hub(10)


@pytest.fixture
async def api(database: MemoryDatabase, hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(FakeService("lobby"), hub, events_router(hub, database)) as client:
        yield client


async def record(database: Database, *given: Event) -> None:
    rows = [
        {
            "id": each.id,
            "stream": each.stream,
            "rule": each.rule,
            "name": each.name,
            "at": microseconds.from_seconds(each.at),
            "sequence": each.sequence,
            "document": encode(event_json(each)),
        }
        for each in given
    ]
    await database.write(lambda connection: connection.execute(insert(events), rows))


async def ids(api: httpx.AsyncClient, **query: Any) -> list[int]:
    answer = await api.get("/events", params=query)
    assert answer.status_code == 200, answer.text
    return [int(each["id"][4:]) for each in answer.json()["events"]]


async def test_an_event_is_answered_as_it_was_sent(api: httpx.AsyncClient, database: MemoryDatabase) -> None:
    await record(database, event(1))
    assert (await api.get("/events/evt_001")).json() == event_json(event(1))
    assert (await api.get("/events")).json() == {"events": [event_json(event(1))]}
    missing = await api.get("/events/evt_002")
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no event 'evt_002'.")
    assert (await api.get("/events/a%00b")).status_code == 404


async def test_events_are_filtered_and_come_newest_first_or_oldest(
    api: httpx.AsyncClient, database: MemoryDatabase
) -> None:
    laughs = event(9, rule="laughing", name="emotion.threshold.started", phase="started")
    service = event(11, stream=None, rule=None, name="hook.disabled")
    await record(database, *(event(number) for number in range(6)), laughs, service)
    assert await ids(api) == [11, 9, 5, 4, 3, 2, 1, 0]
    assert await ids(api, order="oldest", limit=3) == [0, 1, 2]
    assert await ids(api, stream="lobby") == [4, 2, 0]
    assert await ids(api, stream=["lobby", "door"], name="emotion.dominant.changed") == [5, 4, 3, 2, 1, 0]
    assert await ids(api, rule="laughing") == [9]
    assert await ids(api, name="hook.disabled") == [11]
    since, until = "2026-09-21T14:13:20Z", "2026-09-21T16:13:22+02:00"
    assert await ids(api, since=since, until=until) == [5, 4, 3, 2]


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_pages_hold_each_event_once_while_new_ones_come(
    api: httpx.AsyncClient, database: MemoryDatabase, order: str
) -> None:
    await record(database, *(event(number) for number in range(20)))
    seen: list[int] = []
    query: dict[str, Any] = {"order": order, "limit": 3}
    for new in range(20, 40):
        page = (await api.get("/events", params=query)).json()
        seen += [int(each["id"][4:]) for each in page["events"]]
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
        await record(database, event(new))
    assert seen[:20] == sorted(seen, reverse=order == "newest")[:20]
    assert set(range(20)) <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_a_file_holds_all_events_portion_by_portion(
    api: httpx.AsyncClient, database: MemoryDatabase, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(log_answers, "PORTION", 4)
    ended = event(20, phase="ended", duration=2.5, started="evt_001", before=0.75, after=None, reason="left")
    await record(database, *(event(number) for number in range(8)), ended)
    answer = await api.get("/events", params={"format": form, "order": "oldest"})
    assert answer.headers["content-disposition"] == f'attachment; filename="events.{form}"'
    if form == "ndjson":
        told = [json.loads(line) for line in answer.text.splitlines()]
        assert [each["id"] for each in told] == [f"evt_{number:03}" for number in (*range(8), 20)]
        return
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 9
    assert rows[0]["at"] == "2026-09-21T14:13:20.000Z"
    assert (rows[-1]["before"], rows[-1]["after"], rows[-1]["duration"]) == ("0.75", "", "2.5")
    assert (await api.get("/events", params={"format": form, "limit": 2})).text.count("evt_") == 2 + (
        form == "csv"
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"order": "random"}, "order"),
        ({"cursor": "a.b"}, "cursor"),
        ({"cursor": "1.a", "format": "csv"}, "cursor"),
        ({"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "since"),
        ({"since": "today"}, "since"),
        ({"format": "parquet"}, "format"),
        ({"stream": "a\0b"}, "stream.0"),
        ({"name": ["a"] * 33}, "name"),
    ],
)
async def test_what_cannot_be_asked_names_the_field(
    api: httpx.AsyncClient, query: dict[str, Any], field: str
) -> None:
    refused = await api.get("/events", params=query)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_without_its_database_the_service_does_not_know_of_an_older_event(
    api: httpx.AsyncClient, database: MemoryDatabase
) -> None:
    database.fails = True
    answer = await api.get("/events/evt_001")
    assert (answer.status_code, answer.json()["detail"]) == (503, "The database is gone.")
    assert (await api.get("/events")).json() == {"events": [], "historyError": "The database is gone."}


async def test_without_its_database_the_service_answers_from_memory_what_it_answered_before(
    api: httpx.AsyncClient, database: MemoryDatabase, hub: Hub
) -> None:
    kept = [
        *(event(number) for number in range(6)),
        event(9, rule="laughing", name="emotion.threshold.ended"),
    ]
    await record(database, *kept)
    for each in kept:
        hub.publish(each)
    questions: list[dict[str, Any]] = [
        {},
        {"order": "oldest"},
        {"stream": "lobby"},
        {"stream": ["door", "lobby", "door", "yard"]},
        {"rule": "laughing"},
        {"name": "emotion.dominant.changed", "limit": 3},
        {"since": "2026-09-21T14:13:20Z", "until": "2026-09-21T14:13:22Z"},
        {"format": "csv", "order": "oldest"},
        {"format": "ndjson", "limit": 2},
    ]
    recorded = [await api.get("/events", params=each) for each in questions]
    database.fails = True
    for question, before in zip(questions, recorded, strict=True):
        answer = await api.get("/events", params=question)
        if "format" in question:
            assert answer.text == before.text
            assert answer.headers["history-error"] == "The database is gone."
        else:
            assert answer.json() == {**before.json(), "historyError": "The database is gone."}
    assert (await api.get("/events/evt_003")).json() == event_json(event(3))


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_pages_from_memory_hold_each_event_once(
    api: httpx.AsyncClient, database: MemoryDatabase, hub: Hub, order: str
) -> None:
    database.fails = True
    for number in range(11):
        hub.publish(event(number))
    seen: list[int] = []
    query: dict[str, Any] = {"order": order, "limit": 3}
    while True:
        page = (await api.get("/events", params=query)).json()
        seen += [int(each["id"][4:]) for each in page["events"]]
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
    assert seen == sorted(range(11), reverse=order == "newest")


async def test_a_file_from_memory_is_written_portion_by_portion(
    api: httpx.AsyncClient, database: MemoryDatabase, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_answers, "PORTION", 4)
    database.fails = True
    for number in range(9):
        hub.publish(event(number))
    lines = (await api.get("/events?format=ndjson&order=oldest")).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"evt_{number:03}" for number in range(9)]
