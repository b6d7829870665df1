"""The state of the history over REST and to Prometheus, and erasing over REST."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from semblance.history_metrics import HistoryCollector
from tests.history_summaries import BEGAN, summaries
from tests.test_store import became, kept
from tests.virtual_clock import run_virtual
from tests.web_service import FakeService
from web.app import create_app
from web.history.keep import Keep
from web.history.routes import history_router
from web.hub import Hub
from web.messages import utc
from web.options import WebOptions

if TYPE_CHECKING:
    from pathlib import Path

    from web.history.store import Store


def client(store: Store, hub: Hub) -> httpx.AsyncClient:
    app = create_app(FakeService(), hub, WebOptions(), routers=[history_router(store, hub)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8484")


def test_the_state_says_where_and_how_much_there_is(tmp_path: Path) -> None:
    async def scenario() -> dict[str, Any]:
        async with kept(str(tmp_path / "history.db"), Keep(summaries=7)) as store:
            for summary in (*summaries(30), *summaries(5, "hall")):
                store.add(summary)
            await asyncio.sleep(2)
            async with client(store, Hub()) as web:
                answer: dict[str, Any] = (await web.get("/api/v1/history")).raise_for_status().json()
                return answer

    answer = run_virtual(scenario())
    assert answer.pop("bytes") > 4096
    assert answer.pop("since").endswith("Z")
    assert answer == {
        "state": "running",
        "error": None,
        "kind": "sqlite",
        "place": str(tmp_path / "history.db"),
        "counts": {"streams": 2, "summaries": 35, "events": 0, "markers": 0, "deliveries": 0, "waiting": 0},
        "waiting": 0,
        "dropped": 0,
        "damaged": 0,
        "keep": {"summaries": 7, "events": 365, "markers": 365, "deliveries": 30},
    }


def test_a_history_that_fails_says_why_and_has_no_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    async def scenario() -> dict[str, Any]:
        async with kept(str(tmp_path / "file" / "history.db")) as store:
            store.add(summaries(1)[0])
            await became(store, "failing")
            async with client(store, Hub()) as web:
                answer: dict[str, Any] = (await web.get("/api/v1/history")).raise_for_status().json()
                return answer

    answer = run_virtual(scenario())
    assert answer["state"] == "failing"
    assert str(tmp_path / "file") in answer["error"]
    assert (answer["bytes"], answer["counts"], answer["waiting"]) == (None, None, 1)


def test_a_password_in_the_address_is_never_shown() -> None:
    async def scenario() -> str:
        async with kept("postgresql://viewer:s3cret@127.0.0.1:9/history?password=s3cret") as store:
            await became(store, "failing")
            async with client(store, Hub()) as web:
                return (await web.get("/api/v1/history")).raise_for_status().text

    text = run_virtual(scenario())
    assert "s3cret" not in text
    assert "postgresql://viewer:***@127.0.0.1:9/history" in text


def test_erasing_takes_from_the_database_and_from_memory(tmp_path: Path) -> None:
    span = {"since": utc(BEGAN + 10), "until": utc(BEGAN + 20)}

    async def scenario() -> tuple[dict[str, Any], list[float], int]:
        async with kept(str(tmp_path / "history.db")) as store:
            hub = Hub()
            for summary in summaries(100):
                store.add(summary)
                hub.publish(summary)
            await asyncio.sleep(2)
            async with client(store, hub) as web:
                answer = await web.delete("/api/v1/history", params={"stream": "lobby", **span})
            held = [kept.end - BEGAN for kept in hub.between("lobby", "2s", 0, 2e9, 1000)]
            left = await web_counts(store, hub)
            return answer.raise_for_status().json(), held, left

    answer, held, left = run_virtual(scenario())
    assert answer == {
        "stream": "lobby",
        **span,
        "summaries": 23,
        "events": 0,
        "deliveries": 0,
        "outbox": 0,
        "markers": 0,
        "damaged": 0,
        "settled": True,
        "setAside": [],
    }
    assert held == [*(0.5 * n for n in range(1, 21)), *(22 + 0.5 * n for n in range(57))]
    assert left == 77


async def web_counts(store: Store, hub: Hub) -> int:
    async with client(store, hub) as web:
        return int((await web.get("/api/v1/history")).json()["counts"]["summaries"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"stream": "lobby"}, "since"),
        ({"since": utc(BEGAN)}, "stream"),
        ({"stream": "a/b", "since": utc(BEGAN)}, "stream"),
        ({"stream": "lobby", "since": "yesterday"}, "since"),
        ({"stream": "lobby", "since": utc(BEGAN), "until": utc(BEGAN - 1)}, "since"),
    ],
)
def test_an_erasure_that_is_not_clear_erases_nothing(
    tmp_path: Path, query: dict[str, str], field: str
) -> None:
    async def scenario() -> httpx.Response:
        async with kept(str(tmp_path / "history.db")) as store, client(store, Hub()) as web:
            return await web.delete("/api/v1/history", params=query)

    answer = run_virtual(scenario())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_prometheus_sees_what_is_written_waits_and_was_lost(tmp_path: Path) -> None:
    async def scenario() -> str:
        async with kept(str(tmp_path / "history.db")) as store:
            for summary in summaries(30):
                store.add(summary)
            await asyncio.sleep(2)
            store.add(summaries(1, first=31)[0])
            registry = CollectorRegistry()
            registry.register(HistoryCollector(store))
            return generate_latest(registry).decode()

    text = run_virtual(scenario())
    for line in (
        'semblance_history_state{state="running"} 1.0',
        'semblance_history_state{state="failing"} 0.0',
        "semblance_history_summaries_written_total 30.0",
        "semblance_history_waiting 1.0",
        "semblance_history_summaries_dropped_total 0.0",
        "semblance_history_failures_total 0.0",
    ):
        assert f"{line}\n" in text
