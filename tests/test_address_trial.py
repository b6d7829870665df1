"""Trying an address over REST before it is saved."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from stream.source import SourceError
from tests.web_service import TOKEN, FakeService, Site, site
from web.app import create_app
from web.hub import Hub
from web.options import WebOptions
from web.service import TooManyTestsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOBBY = {"id": "lobby", "url": "rtsp://user:secret@10.0.0.7/stream2"}
SHOWN = "rtsp://***@10.0.0.7/stream2"


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
async def api(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(service, Hub(100), WebOptions(version="1.2.3"), dashboard=Path("no-such-folder"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
        yield client


async def test_an_address_that_shows_a_picture_is_fine_and_says_what_it_is(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    answer = await api.post("/streams/test", json={"url": LOBBY["url"]})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": True,
            "source": {"width": 1280, "height": 720, "fps": 25.0, "codec": "h264", "decoder": "software"},
            "error": None,
        },
    )
    assert [spec.url for spec in service.tested] == [LOBBY["url"]]
    assert service.streams() == ()


async def test_an_address_that_shows_none_says_why(api: httpx.AsyncClient, service: FakeService) -> None:
    service.tests_to = SourceError("unauthorized", "rtsp://***@10.0.0.7 wants another password.")
    answer = await api.post("/streams/test", json={"url": LOBBY["url"]})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": False,
            "source": None,
            "error": {"code": "unauthorized", "message": "rtsp://***@10.0.0.7 wants another password."},
        },
    )


async def test_the_address_of_a_stream_as_it_is_shown_stands_for_the_whole_one(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    await api.post("/streams", json=LOBBY)
    for url in (SHOWN, "rtsp://10.0.0.8/"):
        await api.post("/streams/test", json={"url": url, "id": "lobby"})
    await api.post("/streams/test", json={"url": SHOWN})
    assert [spec.url for spec in service.tested] == [LOBBY["url"], "rtsp://10.0.0.8/", SHOWN]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"url": "gopher://user:secret@10.0.0.7"}, 422, "url"),
        ({"url": ""}, 422, "url"),
        ({}, 422, "url"),
        ({"url": "rtsp://10.0.0.7/", "id": "../etc"}, 422, "id"),
        ({"url": "rtsp://10.0.0.7/", "fps": 3}, 422, "fps"),
        ({"url": "rtsp://10.0.0.7/", "id": "nobody"}, 404, None),
    ],
)
async def test_what_cannot_be_tried_is_refused(
    api: httpx.AsyncClient, service: FakeService, body: dict[str, object], status: int, field: str | None
) -> None:
    refused = await api.post("/streams/test", json=body)
    assert refused.status_code == status
    assert [error["field"] for error in refused.json().get("errors", [])] == ([field] if field else [])
    assert "secret" not in refused.text
    assert service.tested == []


async def test_when_many_are_being_tried_the_client_is_told_to_come_again(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    service.tests_to = TooManyTestsError("4 addresses are being tried already; try again in some seconds.")
    refused = await api.post("/streams/test", json={"url": LOBBY["url"]})
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_token_is_needed_where_there_are_tokens() -> None:
    app = create_app(FakeService(), Hub(), WebOptions(tokens=(TOKEN,)), dashboard=Path("no-such-folder"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost/api/v1"
    ) as client:
        assert (await client.post("/streams/test", json={"url": LOBBY["url"]})).status_code == 401


@asynccontextmanager
async def trying(running: Site) -> AsyncIterator[asyncio.Task[httpx.Response]]:
    """A client on a real socket that waits for what its test comes to."""
    address = f"http://127.0.0.1:{running.port}/api/v1"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        task = asyncio.create_task(client.post("/streams/test", json={"url": LOBBY["url"]}))
        await until(running, 1)
        yield task


async def until(running: Site, testing: int) -> None:
    async with asyncio.timeout(5):
        while running.service.testing != testing:  # noqa: ASYNC110 - the service tells nobody
            await asyncio.sleep(0.005)


async def test_a_client_that_goes_ends_its_test() -> None:
    async with site().run() as running:
        running.service.answers.clear()
        async with trying(running) as task:
            task.cancel()
        await until(running, 0)


async def test_a_client_that_stays_gets_its_answer_however_long_it_takes() -> None:
    async with site().run() as running:
        running.service.answers.clear()
        async with trying(running) as task:
            await asyncio.sleep(0.2)
            assert running.service.testing == 1
            running.service.answers.set()
            assert (await task).json()["ok"] is True
