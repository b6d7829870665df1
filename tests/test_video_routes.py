"""The Emotion API's calls about videos: what is accepted, refused and answered."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.emotion_site import FakeModels, FakePictures
from tests.operation_world import VIDEO, World
from tests.operation_world import ended as operation_ended
from tests.web_service import FakeService
from web.app import create_app
from web.auth import Tokens
from web.emotion.admission import Admission
from web.emotion.models import VideoError
from web.emotion.operation_answer import status_answer
from web.emotion.recognize import Recognizing
from web.emotion.routes import body_limits, emotion_router
from web.emotion.video_routes import video_router
from web.hub import Hub
from web.options import WebOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Message

    from web.emotion.operations import Operations

ROOT = "/emotion/v1.0"
CALL = f"{ROOT}/recognizeinvideo"
BYTES = {"content-type": "application/octet-stream"}
LIMIT = 100_000
STYLES = {
    "": "aggregate",
    "?outputStyle=": "aggregate",
    "?outputStyle=perFrame": "perFrame",
    "?outputStyle=PERFRAME&foo=bar": "perFrame",
    "?outputstyle=%20perframe%20": "perFrame",
    "?outputStyle=Aggregate": "aggregate",
}
REFUSED = (
    (400, "BadArgument", "?outputStyle=both", "application/octet-stream", VIDEO),
    (415, "UnsupportedMediaType", "", "video/mp4", VIDEO),
    (400, "InvalidVideoSize", "", "application/octet-stream", b""),
    (400, "InvalidVideoSize", "", "application/octet-stream", bytes(LIMIT + 1)),
    (400, "BadArgument", "", "application/json", b"{"),
    (400, "BadArgument", "", "application/json", b"{}"),
    (400, "InvalidURL", "", "application/json", b'{"url": "file:///etc/passwd"}'),
    (400, "InvalidURL", "", "application/json", b'{"url": "http://a b/"}'),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "operations")
    world.reader.seconds = world.fetcher.seconds = 0.0
    return world


@asynccontextmanager
async def site(world: World, **options: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Operations]]:
    """The application, and the operations behind it."""
    known = world.options(max_video=LIMIT, **options)
    async with world.service(max_video=LIMIT, **options) as operations:
        admission = Admission(Tokens(()), None)
        videos = video_router(operations, admission, lambda _, name: f"https://here{ROOT}/operations/{name}")
        recognizing = Recognizing(FakeModels(), FakePictures(), known.max_image)
        app = create_app(
            FakeService(),
            Hub(10),
            WebOptions(version="1.2.3"),
            guarded=[emotion_router(recognizing, admission, [videos])],
            bodies=body_limits(known),
            dashboard=Path("no-such-folder"),
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, operations


async def ended(client: httpx.AsyncClient, accepted: httpx.Response) -> dict[str, Any]:
    """The last status, which is one of the end."""
    assert accepted.status_code == 202, accepted.text
    path = accepted.headers["operation-location"].removeprefix("https://here")
    while True:
        answer = await client.get(path)
        assert answer.headers["content-type"] == "application/json"
        document: dict[str, Any] = answer.raise_for_status().json()
        if document["status"] in ("Succeeded", "Failed"):
            return document
        await asyncio.sleep(0.01)


async def test_a_video_is_accepted_and_its_operation_told_of(world: World) -> None:
    world.reader.outcome = json.dumps({"version": 1, "text": 'a "quoted" é\n'})
    async with site(world) as (client, _):
        accepted = await client.post(CALL, content=VIDEO, headers=BYTES)
        assert accepted.content == b""
        assert accepted.headers["operation-location"].startswith(f"https://here{ROOT}/operations/")
        told = await ended(client, accepted)
    assert told["processingResult"] == world.reader.outcome
    assert told.keys() == {
        "status",
        "createdDateTime",
        "lastActionDateTime",
        "progress",
        "processingResult",
    }


async def test_an_operation_is_told_of_without_a_blank_before_and_after_its_end(world: World) -> None:
    world.reader.lacks = "1 frame could not be decoded."
    async with site(world) as (client, operations):
        accepted = await client.post(CALL, content=VIDEO, headers=BYTES)
        address = accepted.headers["operation-location"].removeprefix("https://here")
        answers = [await client.get(address)]
        await operation_ended(operations, address.rpartition("/")[2])
        answers.append(await client.get(address))
    assert answers[1].json()["processingResult"]
    for answer in answers:
        written = json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=False)
        assert answer.text == written


async def test_the_style_is_read_liberally(world: World) -> None:
    world.reader.outcome = "STYLE"
    async with site(world) as (client, _):
        for query, style in STYLES.items():
            told = await ended(client, await client.post(f"{CALL}{query}", content=VIDEO, headers=BYTES))
            assert told["processingResult"] == style, query


async def test_a_video_elsewhere_is_named_by_its_address(world: World) -> None:
    async with site(world) as (client, _):
        accepted = await client.post(CALL, json={"URL": "https://example.org/a.mp4"})
        assert (await ended(client, accepted))["status"] == "Succeeded"
    assert world.fetcher.urls == ["https://example.org/a.mp4"]


async def test_what_cannot_be_accepted_is_refused_in_both_envelopes(world: World) -> None:
    async with site(world) as (client, _):
        for status, code, query, kind, content in REFUSED:
            answer = await client.post(f"{CALL}{query}", content=content, headers={"content-type": kind})
            told = answer.json()
            assert (answer.status_code, told["statusCode"], told["error"]["code"]) == (status, status, code)
            assert told["message"] == told["error"]["message"]
    assert await asyncio.to_thread(world.held) == []


async def test_a_body_without_a_length_is_cut_off_at_the_limit(world: World) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(10_000)

    async with site(world) as (client, _):
        answer = await client.post(CALL, content=endless(), headers=BYTES)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidVideoSize")


async def test_too_many_videos_at_once_are_told_when_to_come_again(world: World) -> None:
    world.reader.seconds = 1000
    async with site(world, waiting=1) as (client, _):
        assert (await client.post(CALL, content=VIDEO, headers=BYTES)).status_code == 202
        answer = await client.post(CALL, content=VIDEO, headers=BYTES)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "RateLimitExceeded")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("outcome", ["{}", VideoError("It is broken.")])
async def test_what_is_not_kept_is_told_once(world: World, outcome: str | Exception) -> None:
    world.reader.outcome = outcome
    async with site(world, keep=0.0) as (client, _):
        accepted = await client.post(CALL, content=VIDEO, headers=BYTES)
        await ended(client, accepted)
        again = await client.get(accepted.headers["operation-location"].removeprefix("https://here"))
    assert (again.status_code, again.json()["error"]["code"]) == (404, "OperationNotFound")
    assert await asyncio.to_thread(world.held) == []


async def test_a_result_that_was_not_sent_whole_counts_as_not_seen(world: World) -> None:
    world.reader.outcome = "x" * 1_000_000
    async with site(world, keep=0.0) as (client, operations):
        accepted = await client.post(CALL, content=VIDEO, headers=BYTES)
        name = accepted.headers["operation-location"].rpartition("/")[2]
        await operation_ended(operations, name)
        answer = await status_answer(operations, await operations.find(name))
        await answer({"type": "http"}, _gone, _taken)
        assert (await operations.find(name)).status == "Succeeded"


async def _gone() -> Message:
    return {"type": "http.disconnect"}


async def _taken(_: Message) -> None:
    """So slowly that the client has gone meanwhile."""
    await asyncio.sleep(0.01)


async def test_looking_whether_an_operation_is_there_is_not_having_seen_its_result(world: World) -> None:
    async with site(world, keep=0) as (client, operations):
        accepted = await client.post(CALL, content=VIDEO, headers=BYTES)
        path = accepted.headers["operation-location"].removeprefix("https://here")
        await operation_ended(operations, path.rpartition("/")[2], every=0.01)
        found = await client.head(path)
        again = await client.head(path)
        assert (await client.head(f"{ROOT}/operations/none")).status_code == 404
        refused = await client.delete(path)
    for answer in (found, again):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.content == b""
        assert "content-length" not in answer.headers
    assert (refused.status_code, refused.headers["allow"]) == (405, "OPTIONS, GET, HEAD")
