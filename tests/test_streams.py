"""The streams over REST."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.web_service import FakeService
from web.app import create_app
from web.hub import Hub
from web.options import WebOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOBBY = {"id": "lobby", "url": "rtsp://user:secret@10.0.0.7/stream2", "fps": 10}


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def hub() -> Hub:
    return Hub(100)


@pytest.fixture
async def api(service: FakeService, hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(service, hub, WebOptions(version="1.2.3"), dashboard=Path("no-such-folder"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
        yield client


async def test_a_stream_is_added_shown_and_removed(api: httpx.AsyncClient) -> None:
    added = await api.post("/streams", json=LOBBY)
    assert added.status_code == 201
    assert added.headers["location"] == "/api/v1/streams/lobby"
    assert added.json() == {
        "id": "lobby",
        "url": "rtsp://***@10.0.0.7/stream2",
        "fps": 10.0,
        "sampling": "steady",
        "priority": "normal",
        "detail": "normal",
        "preview": "full",
        "previewSetting": None,
        "loop": False,
        "state": "running",
        "error": None,
        "source": None,
        "analysedFps": 9.98,
        "shed": 0.0,
        "frames": {"decoded": 100, "analysed": 40, "dropped": {"replaced": 60}},
        "latency": None,
        "reconnects": 0,
        "since": "2026-09-21T14:13:20.000Z",
    }
    assert (await api.get(added.headers["location"].removeprefix("/api/v1"))).json() == added.json()
    assert (await api.get("/streams")).json() == {"streams": [added.json()]}
    removed = await api.delete("/streams/lobby")
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await api.get("/streams/lobby")).status_code == 404


async def test_an_id_that_is_taken_is_a_conflict(api: httpx.AsyncClient) -> None:
    await api.post("/streams", json=LOBBY)
    again = await api.post("/streams", json=LOBBY)
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "rtsp://10.0.0.7/"}, "id"),
        ({**LOBBY, "id": "../etc"}, "id"),
        ({"id": "lobby"}, "url"),
        ({**LOBBY, "url": "rtsp://user:secret@" + "x" * 3000}, "url"),
        ({**LOBBY, "url": {"user": "secret"}}, "url"),
        ({**LOBBY, "url": "gopher://user:secret@10.0.0.7"}, "url"),
        ({**LOBBY, "fps": 0}, "fps"),
        ({**LOBBY, "fps": "secret"}, "fps"),
        ({**LOBBY, "detail": "secret"}, "detail"),
        ({**LOBBY, "priority": "secret"}, "priority"),
        ({**LOBBY, "sampling": "sometimes"}, "sampling"),
        ({**LOBBY, "password": "secret"}, "password"),
    ],
)
async def test_the_field_at_fault_is_named_and_no_secret_is_repeated(
    api: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    refused = await api.post("/streams", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["type"], problem["title"], problem["status"]) == (
        "about:blank",
        HTTPStatus(422).phrase,
        422,
    )
    assert [error["field"] for error in problem["errors"]] == [field]
    assert "secret" not in refused.text


@pytest.mark.parametrize("body", [b"[1]", b'"lobby"', b"null", b"7"])
async def test_a_body_that_is_not_an_object_is_refused(api: httpx.AsyncClient, body: bytes) -> None:
    refused = await api.post("/streams", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 422
    assert "JSON object" in refused.text or "body" in refused.text


@pytest.mark.parametrize("body", [b"{", b"rtsp://user:secret@x", b"\xff\xfe", b"[" * 50_000])
async def test_a_body_that_is_not_json_is_a_bad_request(api: httpx.AsyncClient, body: bytes) -> None:
    refused = await api.post("/streams", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 400
    assert refused.json()["status"] == 400
    assert "secret" not in refused.text


async def test_a_body_without_its_content_type_is_explained(api: httpx.AsyncClient) -> None:
    refused = await api.post("/streams", content=b'{"id": "lobby", "url": "rtsp://x/"}')
    assert refused.status_code == 422
    assert "Content-Type: application/json" in refused.json()["detail"]


async def test_a_change_of_one_thing_keeps_the_rest(api: httpx.AsyncClient, service: FakeService) -> None:
    await api.post("/streams", json=LOBBY)
    changed = await api.patch("/streams/lobby", json={"fps": 5})
    assert (changed.status_code, changed.json()["fps"]) == (200, 5.0)
    assert service.specs["lobby"].url == LOBBY["url"]
    assert service.specs["lobby"].fps == 5.0


async def test_sampling_is_given_shown_and_changed(api: httpx.AsyncClient, service: FakeService) -> None:
    added = await api.post("/streams", json={**LOBBY, "sampling": "adaptive"})
    assert added.json()["sampling"] == service.specs["lobby"].sampling == "adaptive"
    assert (await api.patch("/streams/lobby", json={"fps": 5})).json()["sampling"] == "adaptive"
    assert (await api.patch("/streams/lobby", json={"sampling": "steady"})).json()["sampling"] == "steady"


async def test_a_priority_is_given_shown_and_changed(api: httpx.AsyncClient, service: FakeService) -> None:
    added = await api.post("/streams", json={**LOBBY, "priority": "high"})
    assert added.json()["priority"] == service.specs["lobby"].priority == "high"
    assert (await api.patch("/streams/lobby", json={"fps": 5})).json()["priority"] == "high"
    assert (await api.patch("/streams/lobby", json={"priority": "low"})).json()["priority"] == "low"


async def test_a_mode_of_pictures_of_its_own_is_told_from_the_service_s_and_may_be_given_back(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    await api.post("/streams", json={**LOBBY, "preview": "full"})
    for sent, own in (({"fps": 5}, "full"), ({"preview": None}, None), ({"preview": "off"}, "off")):
        changed = await api.patch("/streams/lobby", json=sent)
        assert changed.status_code == 200, changed.text
        assert (changed.json()["previewSetting"], service.specs["lobby"].preview) == (own, own)
        assert changed.json()["preview"] == (own or "full")


async def test_an_address_sent_back_as_it_was_shown_keeps_its_password(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    shown = (await api.post("/streams", json=LOBBY)).json()["url"]
    await api.patch("/streams/lobby", json={"url": shown, "loop": True})
    assert service.specs["lobby"].url == LOBBY["url"]
    assert service.specs["lobby"].loop is True


async def test_a_change_that_changes_nothing_leaves_the_stream_alone(
    api: httpx.AsyncClient, service: FakeService
) -> None:
    await api.post("/streams", json=LOBBY)
    assert (await api.patch("/streams/lobby", json={})).status_code == 200
    assert (await api.patch("/streams/lobby", json={"fps": 10})).status_code == 200
    assert service.changes == 0


@pytest.mark.parametrize("body", [{"id": "door"}, {"fps": -1}, {"fps": None}, {"detail": "max"}, {"url": ""}])
async def test_a_change_that_cannot_be_is_refused(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    await api.post("/streams", json=LOBBY)
    refused = await api.patch("/streams/lobby", json=body)
    assert refused.status_code == 422
    assert next(iter(body)) in refused.text


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_stream_is_not_found(api: httpx.AsyncClient, method: str) -> None:
    missing = await api.request(method, "/streams/nobody", json={} if method == "PATCH" else None)
    assert missing.status_code == 404
    assert missing.json()["detail"] == "There is no stream 'nobody'."


@pytest.mark.parametrize(
    ("change", "field"),
    [({"url": "ftp://camera/"}, "url"), ({"fps": 0}, "fps"), ({"detail": "max"}, "detail")],
)
async def test_a_change_is_held_to_the_same_rules_as_a_new_stream(
    api: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    await api.post("/streams", json=LOBBY)
    answer = await api.patch("/streams/lobby", json=change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
