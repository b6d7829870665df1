"""WHIP over HTTP: what publishers, and browsers on other pages, are answered."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.virtual_clock import run_virtual
from tests.web_service import TOKEN, FakeService
from web.app import create_app
from web.hub import Hub
from web.options import LARGEST_MESSAGE, WebOptions
from web.service import NoRoomError, OfferRefusedError, PublisherTakenError
from web.while_connected import STOPPING
from web.whip import ANSWER_WITHIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Message

OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
SDP = {"content-type": "application/sdp"}
PAGE = {"origin": "https://studio.example"}
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def client(service: FakeService, **options: object) -> httpx.AsyncClient:
    app = create_app(
        service,
        Hub(100),
        WebOptions(version="1.2.3", **options),  # type: ignore[arg-type]
        dashboard=Path("no-such-folder"),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


@pytest.fixture
async def open_to_all(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    """Without tokens, as on one's own machine."""
    async with client(service) as http:
        yield http


@pytest.fixture
async def guarded(service: FakeService) -> AsyncIterator[httpx.AsyncClient]:
    async with client(service, tokens=(TOKEN,)) as http:
        yield http


async def test_an_offer_is_answered_and_its_session_ended(
    open_to_all: httpx.AsyncClient, service: FakeService
) -> None:
    begun = await open_to_all.post("/whip/door", content=OFFER, headers=SDP)
    assert begun.status_code == 201
    assert begun.headers["content-type"] == "application/sdp"
    assert begun.headers["location"] == "/whip/door/s3cr3t"
    assert "etag" not in begun.headers  # neither trickle nor ICE restart
    assert begun.text == "v=0 answer"
    assert service.offers == [("door", OFFER)]

    assert (await open_to_all.delete(begun.headers["location"])).status_code == 200
    assert service.sessions == []
    again = await open_to_all.delete(begun.headers["location"])
    assert again.status_code == 404
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["application/sdp; charset=utf-8", "Application/SDP", "application/sdp;a=b"])
async def test_the_type_of_an_offer_may_be_written_in_any_way(
    open_to_all: httpx.AsyncClient, kind: str
) -> None:
    begun = await open_to_all.post("/whip/door", content=OFFER, headers={"content-type": kind})
    assert begun.status_code == 201


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_another_type_is_unsupported_and_the_right_one_named(
    open_to_all: httpx.AsyncClient, service: FakeService, kind: str
) -> None:
    refused = await open_to_all.post("/whip/door", content=OFFER, headers={"content-type": kind})
    assert refused.status_code == 415
    assert refused.headers["accept-post"] == "application/sdp"
    assert service.offers == []


@pytest.mark.parametrize(
    ("accept", "status"),
    [("*/*", 201), ("text/html, application/sdp;q=0.9", 201), ("application/*", 201), ("text/html", 406)],
)
async def test_a_publisher_that_takes_no_sdp_is_told_so(
    open_to_all: httpx.AsyncClient, accept: str, status: int
) -> None:
    answer = await open_to_all.post("/whip/door", content=OFFER, headers={**SDP, "accept": accept})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"hello", 400),
        (b"v=0 \xff\xfe", 400),
        (b"v=0" + b"x" * LARGEST_MESSAGE, 413),
    ],
)
async def test_a_body_that_is_no_offer_is_refused_before_the_service_sees_it(
    open_to_all: httpx.AsyncClient, service: FakeService, body: bytes, status: int
) -> None:
    refused = await open_to_all.post("/whip/door", content=body, headers=SDP)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert service.offers == []


async def test_an_id_no_stream_can_have_is_refused(
    open_to_all: httpx.AsyncClient, service: FakeService
) -> None:
    for name in ("-door", "a%20b", "x" * 65):
        refused = await open_to_all.post(f"/whip/{name}", content=OFFER, headers=SDP)
        assert refused.status_code == 422
        assert "1 to 64 letters" in refused.text
    assert service.offers == []


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (PublisherTakenError("Somebody publishes door already."), 409),
        (OfferRefusedError("The offer holds no video."), 422),
        (NoRoomError("All 100 sessions are taken."), 503),
    ],
)
async def test_each_refusal_has_its_status_and_its_sentence(
    open_to_all: httpx.AsyncClient, service: FakeService, refusal: Exception, status: int
) -> None:
    service.refusal = refusal
    refused = await open_to_all.post("/whip/door", content=OFFER, headers=SDP)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == str(refusal)
    assert ("retry-after" in refused.headers) == (status == 503)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
async def test_the_endpoint_takes_offers_alone(open_to_all: httpx.AsyncClient, method: str) -> None:
    refused = await open_to_all.request(method, "/whip/door")
    assert (refused.status_code, refused.headers["allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "POST"])
async def test_a_session_can_only_be_ended(open_to_all: httpx.AsyncClient, method: str) -> None:
    refused = await open_to_all.request(method, "/whip/door/s3cr3t")
    assert (refused.status_code, refused.headers["allow"]) == (405, "OPTIONS, DELETE")


@pytest.mark.parametrize("token", [None, "not-the-right-token"])
async def test_without_a_right_token_nobody_publishes_nor_ends_a_session(
    guarded: httpx.AsyncClient, service: FakeService, token: str | None
) -> None:
    headers = SDP | ({"authorization": f"Bearer {token}"} if token else {})
    for refused in (
        await guarded.post("/whip/door", content=OFFER, headers=headers),
        await guarded.delete("/whip/door/s3cr3t", headers=headers),
    ):
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
    assert service.offers == []


async def test_with_the_token_a_publisher_is_let_in(guarded: httpx.AsyncClient) -> None:
    begun = await guarded.post("/whip/door", content=OFFER, headers=SDP | BEARER)
    assert begun.status_code == 201
    assert TOKEN not in str(begun.headers)


@pytest.mark.parametrize(
    ("path", "methods", "accepted"),
    [
        ("/whip/door", "OPTIONS, POST", "application/sdp"),
        ("/whip/door/s3cr3t", "OPTIONS, DELETE", None),
    ],
)
async def test_a_preflight_needs_no_token_and_tells_what_can_be_done_there(
    guarded: httpx.AsyncClient, path: str, methods: str, accepted: str | None
) -> None:
    asked = await guarded.options(path, headers=PAGE)
    assert asked.status_code == 204
    assert asked.headers.get("accept-post") == accepted
    assert asked.headers["access-control-allow-origin"] == "*"
    assert asked.headers["access-control-allow-methods"] == asked.headers["allow"] == methods
    assert (await guarded.get(path, headers=PAGE)).headers["allow"] == methods
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()


async def test_a_page_of_another_origin_publishes_with_a_token_and_can_read_the_answer(
    guarded: httpx.AsyncClient,
) -> None:
    begun = await guarded.post("/whip/door", content=OFFER, headers=SDP | PAGE | BEARER)
    assert begun.status_code == 201
    assert begun.headers["access-control-allow-origin"] == "*"
    assert "Location" in begun.headers["access-control-expose-headers"]
    ended = await guarded.delete(begun.headers["location"], headers=PAGE | BEARER)
    assert ended.status_code == 200


@pytest.mark.parametrize("token", [{}, {"authorization": "Bearer not-the-right-token"}])
async def test_a_page_of_another_origin_without_a_right_token_is_refused_and_can_read_why(
    guarded: httpx.AsyncClient, service: FakeService, token: dict[str, str]
) -> None:
    refused = await guarded.post("/whip/door", content=OFFER, headers=SDP | PAGE | token)
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "*"
    assert (await guarded.delete("/whip/door/s3cr3t", headers=PAGE | token)).status_code == 401
    assert service.offers == []


@pytest.mark.parametrize(
    ("body", "host", "status"),
    [
        (b"v=0" + b"x" * LARGEST_MESSAGE, "localhost", 413),
        (OFFER.encode(), "elsewhere.example", 421),
        (OFFER.encode(), "no host", 400),
    ],
)
async def test_what_the_gate_refuses_a_page_of_another_origin_can_read_too(
    service: FakeService, body: bytes, host: str, status: int
) -> None:
    for options, origin in (({"tokens": (TOKEN,)}, "*"), ({"origins": (PAGE["origin"],)}, PAGE["origin"])):
        async with client(service, **options) as http:
            headers = SDP | PAGE | BEARER | {"host": host}
            refused = await http.post("/whip/door", content=body, headers=headers)
            elsewhere = await http.post("/api/v1/streams", content=body, headers=headers)
        assert refused.status_code == status
        assert refused.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-origin" not in elsewhere.headers
    assert service.offers == []


async def test_where_there_are_no_tokens_none_opens_the_door_to_another_origin(
    open_to_all: httpx.AsyncClient, service: FakeService
) -> None:
    asked = await open_to_all.options("/whip/door", headers=PAGE)
    assert "access-control-allow-origin" not in asked.headers
    made_up = {"authorization": "Bearer anything-at-all"}
    refused = await open_to_all.post("/whip/door", content=OFFER, headers=SDP | PAGE | made_up)
    assert refused.status_code == 403
    assert service.offers == []


async def test_a_page_the_operator_named_publishes_without_tokens(service: FakeService) -> None:
    async with client(service, origins=("https://studio.example",)) as http:
        asked = await http.options("/whip/door", headers=PAGE)
        assert asked.headers["access-control-allow-origin"] == "https://studio.example"
        assert asked.headers["vary"] == "Origin"
        begun = await http.post("/whip/door", content=OFFER, headers=SDP | PAGE)
    assert (begun.status_code, begun.headers["access-control-allow-origin"]) == (201, PAGE["origin"])


async def test_a_token_opens_nothing_but_publishing_to_another_origin(guarded: httpx.AsyncClient) -> None:
    stream = {"id": "door", "url": "rtsp://10.0.0.7/"}
    refused = await guarded.post("/api/v1/streams", json=stream, headers=PAGE | BEARER)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_an_answer_that_takes_too_long_is_given_up(service: FakeService) -> None:
    service.answer_after = 3600.0

    async def offered() -> httpx.Response:
        async with client(service) as http:
            return await http.post("/whip/door", content=OFFER, headers=SDP)

    refused = run_virtual(offered())
    assert refused.status_code == 503
    assert f"{ANSWER_WITHIN:g} s" in refused.json()["detail"]
    assert "retry-after" in refused.headers
    assert service.sessions == []


def test_an_offer_that_waits_when_the_service_stops_is_to_come_again_later(service: FakeService) -> None:
    service.answer_after = 3600.0

    async def offered() -> httpx.Response:
        async with client(service) as http:
            waiting = asyncio.create_task(http.post("/whip/door", content=OFFER, headers=SDP))
            await asyncio.sleep(3)
            waiting.cancel()  # which is what the server does to the requests that are left
            return await waiting

    refused = run_virtual(offered())
    assert (refused.status_code, refused.json()["detail"]) == (503, STOPPING)
    assert "retry-after" in refused.headers
    assert service.sessions == []


@pytest.mark.parametrize("answer_after", [0.0, 3600.0], ids=["as it is answered", "while it waits"])
def test_a_publisher_that_goes_away_during_its_offer_leaves_no_session(
    service: FakeService, answer_after: float
) -> None:
    service.answer_after = answer_after
    app = create_app(service, Hub(100), WebOptions(version="1.2.3"), dashboard=Path("no-such-folder"))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/whip/door",
        "raw_path": b"/whip/door",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/sdp")],
    }
    messages: list[Message] = [
        {"type": "http.request", "body": OFFER.encode(), "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(_: Message) -> None:
        pass

    async def left() -> float:
        await app(scope, receive, send)
        return asyncio.get_running_loop().time()

    assert run_virtual(left()) < ANSWER_WITHIN
    assert len(service.offers) == 1
    assert service.sessions == []


async def test_the_interface_s_description_tells_of_publishing(open_to_all: httpx.AsyncClient) -> None:
    document = (await open_to_all.get("/openapi.json")).json()
    publish = document["paths"]["/whip/{stream_id}"]["post"]
    assert list(publish["requestBody"]["content"]) == ["application/sdp"]
    assert "Location" in publish["responses"]["201"]["headers"]
    assert list(publish["responses"]["201"]["content"]) == ["application/sdp"]
    assert {"401", "409", "415", "503"} <= publish["responses"].keys()
    assert list(document["paths"]["/whip/{stream_id}"]) == ["post"]
    assert list(document["paths"]["/whip/{stream_id}/{session}"]) == ["delete"]
    page = (await open_to_all.get("/docs")).text
    assert "/whip/{stream_id}" in page
