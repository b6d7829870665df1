"""The questions to the history once more, over the real store and PostgreSQL."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.postgres import lacking, postgres
from tests.recorded import api_client, varied
from tests.test_events import event, record
from tests.web_service import EPOCH, WINDOWS, FakeService
from web.events import events_router
from web.history.keep import Keep
from web.history.store import Store
from web.hub import Hub
from web.markers import markers_router
from web.messages import event_json, summary_json
from web.summaries import summaries_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

pytestmark = pytest.mark.skipif(lacking() is not None, reason=str(lacking()))

LOBBY = "/streams/lobby/summaries"


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """With sixty summaries, six events and no marker."""
    with postgres() as server:
        keep = Keep(summaries=36500, events=36500, markers=36500, deliveries=36500)
        store = Store(server.create("questions"), keep, WINDOWS)
        task = asyncio.create_task(store.run())
        for each in varied(60):
            store.add(each)
        while store.condition.state != "running" or store.condition.waiting:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        await record(store, *(event(number) for number in range(6)))
        yield store
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def api(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    service, hub = FakeService("lobby"), Hub(10)
    routers = (
        summaries_router(service, hub, store),
        events_router(hub, store),
        markers_router(service, hub, store, hub, clock=lambda: EPOCH + 10),
    )
    async with api_client(service, hub, *routers) as client:
        yield client


async def paged(api: httpx.AsyncClient, path: str, entries_of: str, **query: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    while True:
        page = (await api.get(path, params=query)).raise_for_status().json()
        entries += page[entries_of]
        if "nextCursor" not in page:
            return entries
        query["cursor"] = page["nextCursor"]


async def test_every_question_is_answered(api: httpx.AsyncClient) -> None:
    told = [summary_json(each) for each in varied(60)]
    pages = await paged(api, LOBBY, "summaries", limit=25)
    assert sorted(pages, key=lambda page: page["sequence"]) == told
    lines = (await api.get(LOBBY, params={"format": "ndjson"})).text.splitlines()
    assert [json.loads(line) for line in lines] == told
    steps = (await api.get(LOBBY, params={"step": 10})).json()["steps"]
    assert [step["windows"] for step in steps] == [20, 20, 20]
    newest = await paged(api, "/events", "events", limit=2, name="emotion.dominant.changed")
    assert newest == [event_json(event(number)) for number in reversed(range(6))]
    assert len(await paged(api, "/events", "events", limit=2, stream="lobby", order="oldest")) == 3
    assert (await api.get("/events/evt_003")).json() == event_json(event(3))
    marker = (await api.post("/markers", json={"label": "Witz ☺"})).json()
    assert await paged(api, "/markers", "markers", stream="lobby", label="Witz ☺") == [marker]
    rows = csv.DictReader(io.StringIO((await api.get("/markers", params={"format": "csv"})).text))
    assert [row["label"] for row in rows] == ["Witz ☺"]
    scores = (await api.get(f"/markers/{marker['id']}/scores", params={"stream": "lobby"})).json()
    assert scores["difference"] is not None
    assert (await api.delete(f"/markers/{marker['id']}")).status_code == 204
