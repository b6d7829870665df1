"""Pictures over HTTP: what clients of the Emotion API are answered."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from tests.emotion_site import BYTES, RECOGNIZE, EmotionSite, face, picture
from tests.web_service import TOKEN

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message

PAGE = {"origin": "https://school.example"}


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The message, which is there in both envelopes."""
    document: dict[str, Any] = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert document["error"] == {"code": code, "message": document["message"]}
    assert document["statusCode"] == status
    assert set(document) == {"error", "statusCode", "message"}
    return str(document["message"])


async def test_faces_come_largest_first_in_whole_pixels_within_the_picture() -> None:
    site = EmotionSite()
    site.models.seen = [face(-3.2, 30.4, 60.0, 60.0), face(40.6, 10.4, 38.0, 40.4)]
    async with site.client() as web:
        answer = await web.post(RECOGNIZE, content=picture(100, 80), headers=BYTES)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    first, second = answer.json()
    assert first["faceRectangle"] == {"left": 0, "top": 30, "width": 57, "height": 50}
    assert second["faceRectangle"] == {"left": 41, "top": 10, "width": 38, "height": 40}
    assert list(first["scores"]) == sorted(first["scores"])
    assert sum(first["scores"].values()) == pytest.approx(1.0)


async def test_a_picture_without_a_face_is_an_empty_array() -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(RECOGNIZE, content=picture(), headers=BYTES)
    assert (answer.status_code, answer.content) == (200, b"[]")


async def test_faces_that_are_too_small_or_too_many_are_left_out_in_silence() -> None:
    site = EmotionSite()
    site.models.seen = [face(0, 0, 5000, 5000), *[face(0, 0, 40, 40)] * 70, face(0, 0, 35.9, 40)]
    async with site.client() as web:
        answer = await web.post(RECOGNIZE, content=picture(), headers=BYTES)
    assert len(answer.json()) == 64
    assert {each["faceRectangle"]["width"] for each in answer.json()} == {40}


@pytest.mark.parametrize(
    "query",
    [
        {"faceRectangles": "5,6,10,11;-2,0,40,40"},
        {"facerectangles": " 5, 6,10 ,11 ; -2,0,40,40;"},
    ],
)
async def test_with_rectangles_the_answer_has_exactly_these(query: dict[str, str]) -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(RECOGNIZE, content=picture(), headers=BYTES, params=query)
    assert [each["faceRectangle"] for each in answer.json()] == [
        {"left": -2, "top": 0, "width": 40, "height": 40},
        {"left": 5, "top": 6, "width": 10, "height": 11},
    ]


@pytest.mark.parametrize("rectangles", ["5,6,10,11%3B1,2,3,4", "5%2C6%2C10%2C11;1,2,3,4;"])
async def test_separators_may_be_encoded_or_not(rectangles: str) -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(f"{RECOGNIZE}?faceRectangles={rectangles}", content=picture(), headers=BYTES)
    assert len(answer.json()) == 2


@pytest.mark.parametrize(
    "query", ["?faceRectangles=", "?faceRectangles", "?", "?visualFeatures=Faces&x", "?returnFaceId=true"]
)
async def test_what_is_empty_or_unknown_in_the_query_means_nothing(query: str) -> None:
    site = EmotionSite()
    site.models.seen = [face(0, 0, 40, 40)]
    async with site.client() as web:
        answer = await web.post(RECOGNIZE + query, content=picture(), headers=BYTES)
    assert len(answer.json()) == 1


@pytest.mark.parametrize(
    ("rectangles", "says"),
    [("1,2,3", "rectangle 1"), ("0,0,9,9;100,0,10,10", "100,0,10,10 is outside the picture")],
)
async def test_a_rectangle_that_is_none_is_named(rectangles: str, says: str) -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(
            RECOGNIZE, content=picture(), headers=BYTES, params={"faceRectangles": rectangles}
        )
    assert says in refused(answer, 400, "BadArgument")


@pytest.mark.parametrize(
    "path",
    [
        "//emotion/v1.0/recognize",
        "/Emotion/V1.0/Recognize/",
        "/emotion//v1.0///recognize",
        "/EMOTION/v1.0/RECOGNIZE",
    ],
)
async def test_paths_are_found_as_clients_write_them(path: str) -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(f"http://localhost{path}", content=picture(), headers=BYTES)
        assert answer.status_code == 200


async def test_of_a_large_picture_the_models_get_less_and_the_answer_is_in_its_own_pixels() -> None:
    site = EmotionSite()
    site.models.seen = [face(512.0, 64.0, 128.0, 64.0), face(0.0, 0.0, 5000.0, 30.0)]
    async with site.client() as web:
        found = await web.post(RECOGNIZE, content=picture(6400, 640), headers=BYTES)
        given = await web.post(
            RECOGNIZE,
            content=picture(6400, 640),
            headers=BYTES,
            params={"faceRectangles": "5999,1,401,333;6399,639,1,1"},
        )
        beyond = await web.post(
            RECOGNIZE, content=picture(6400, 640), headers=BYTES, params={"faceRectangles": "6400,0,9,9"}
        )
    assert site.models.sizes == [(5120, 512)] * 2
    (only,) = found.json()  # the other one is too wide in the picture itself
    assert only["faceRectangle"] == {"left": 640, "top": 80, "width": 160, "height": 80}
    first, second = (each["faceRectangle"] for each in given.json())
    assert first == {"left": 5999, "top": 1, "width": 401, "height": 333}
    assert second == {"left": 6399, "top": 639, "width": 1, "height": 1}
    assert "which is 6400 x 640 pixels" in refused(beyond, 400, "BadArgument")


async def test_a_picture_may_be_named_by_its_address() -> None:
    site = EmotionSite(max_image=70_000)
    site.pictures.files = {
        "https://a.example/a.png": picture(),
        "https://a.example/b": bytes(70_001),
        "https://a.example/c": b"",
    }
    async with site.client() as web:
        good = await web.post(RECOGNIZE, json={"URL": "https://a.example/a.png"})
        large = await web.post(RECOGNIZE, json={"url": "https://a.example/b"})
        empty = await web.post(RECOGNIZE, json={"url": "https://a.example/c"})
        none = await web.post(RECOGNIZE, json={"url": "https://a.example/nothing"})
        half = await web.post(
            RECOGNIZE, content=b'{"url": "https://\\ud800"}', headers={"content-type": "application/json"}
        )
        long = await web.post(RECOGNIZE, json={"url": "https://a.example/a.png", "x": "x" * 69_000})
    assert good.json() == []
    assert "70000 bytes" in refused(large, 400, "InvalidImageSize")
    refused(empty, 400, "InvalidImageSize")
    assert refused(none, 400, "InvalidURL") == "Nothing is at https://a.example/nothing."
    refused(half, 400, "InvalidURL")
    assert "longer than" in refused(long, 400, "BadArgument")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "InvalidImageSize", "Image size is too small. There is nothing in it."),
        (b"no picture", "InvalidImage", "Decoding error, image format unsupported."),
        (picture()[:200], "InvalidImage", "Decoding error, image format unsupported."),
        (picture(35, 80), "InvalidImageSize", "Image size is too small."),
    ],
)
async def test_what_is_no_picture_is_told_in_the_contract_s_words(
    body: bytes, code: str, message: str
) -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(RECOGNIZE, content=body, headers=BYTES)
    assert refused(answer, 400, code) == message


async def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not() -> None:
    async def drip() -> Any:
        for _ in range(80):
            yield bytes(1000)

    async with EmotionSite(max_image=70_000).client() as web:
        for body in (bytes(70_001), drip()):
            answer = await web.post(RECOGNIZE, content=body, headers=BYTES)
            assert "70000 bytes" in refused(answer, 400, "InvalidImageSize")


async def test_every_error_comes_in_both_envelopes() -> None:
    site = EmotionSite()
    site.models.ready = False
    async with site.client() as web:
        wrong_type = await web.post(RECOGNIZE, content=picture(), headers={"content-type": "image/png"})
        loading = await web.post(RECOGNIZE, content=picture(), headers=BYTES)
        wrong_method = await web.put(RECOGNIZE)
        browser = await web.get("/emotion/nothing", headers={"accept": "text/html"})
        foreign = await web.post(RECOGNIZE, content=picture(), headers=BYTES | PAGE)
        misled = await web.post(RECOGNIZE, content=picture(), headers=BYTES | {"host": "evil.example"})
        site.models.ready = True
        site.models.seen = [None]  # type: ignore[list-item]
        broken = await web.post("http://localhost//Emotion/v1.0/recognize", content=picture(), headers=BYTES)
    refused(wrong_type, 400, "BadArgument")
    assert "being loaded" in refused(loading, 503, "ServiceUnavailable")
    assert loading.headers["retry-after"] == "1"
    refused(wrong_method, 405, "MethodNotAllowed")
    assert wrong_method.headers["allow"] == "OPTIONS, POST"
    refused(browser, 404, "NotFound")
    refused(foreign, 403, "Forbidden")
    refused(misled, 421, "MisdirectedRequest")
    refused(broken, 500, "InternalServerError")


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, {}, 401),
        ({"ocp-apim-subscription-key": "wrong-" + "x" * 20}, {}, 401),
        ({}, {"subscription-key": "wrong-" + "x" * 20}, 401),
        ({"authorization": f"Basic {TOKEN}"}, {}, 401),
        ({"ocp-apim-subscription-key": TOKEN}, {}, 200),
        ({"Ocp-Apim-Subscription-Key": f" {TOKEN} "}, {}, 200),
        ({}, {"subscription-key": TOKEN}, 200),
        ({}, {"Subscription-Key": TOKEN}, 200),
        ({"authorization": f"Bearer {TOKEN}"}, {}, 200),
        ({"ocp-apim-subscription-key": ""}, {"subscription-key": TOKEN}, 200),
    ],
)
async def test_tokens_are_the_subscription_keys(
    headers: dict[str, str], query: dict[str, str], status: int
) -> None:
    async with EmotionSite(tokens=("x" * 32, TOKEN)).client() as web:
        answer = await web.post(RECOGNIZE, content=picture(), headers=BYTES | headers, params=query)
    if status == 401:
        assert "Ocp-Apim-Subscription-Key" in refused(answer, 401, "Unauthorized")
        assert "www-authenticate" in answer.headers
    assert answer.status_code == status


async def test_without_tokens_any_key_is_taken() -> None:
    async with EmotionSite().client() as web:
        answer = await web.post(
            RECOGNIZE, content=picture(), headers=BYTES | {"ocp-apim-subscription-key": "left over"}
        )
    assert answer.status_code == 200


async def test_each_token_may_call_so_often_and_is_told_when_again() -> None:
    async with EmotionSite(tokens=("y" * 32, TOKEN), calls_per_minute=2).client() as web:

        async def call(key: str) -> httpx.Response:
            return await web.post(
                RECOGNIZE, content=picture(), headers=BYTES | {"ocp-apim-subscription-key": key}
            )

        assert [(await call(TOKEN)).status_code for _ in range(2)] == [200, 200]
        assert (await call("wrong-" + "x" * 20)).status_code == 401
        over = await call(TOKEN)
        assert refused(over, 429, "RateLimitExceeded") == "Rate limit is exceeded. Try again in 30 seconds."
        assert over.headers["retry-after"] == "30"
        assert (await call("y" * 32)).status_code == 200


async def test_more_pictures_than_can_wait_are_sent_away() -> None:
    site = EmotionSite()
    site.models.may_go_on.clear()
    async with (
        site.client() as web,
        site.client("192.0.2.1") as other,
        site.client("2001:db8::1") as third,
        asyncio.TaskGroup() as tasks,
    ):
        calls = [tasks.create_task(web.post(RECOGNIZE, content=picture(), headers=BYTES)) for _ in range(48)]
        while site.models.busy < 2:  # noqa: ASYNC110 - the models tell nobody
            await asyncio.sleep(0.005)
        over = await web.post(RECOGNIZE, content=picture(), headers=BYTES)
        assert "48 of your pictures wait or are being read already" in refused(over, 429, "RateLimitExceeded")
        assert over.headers["retry-after"] == "1"
        calls += [
            tasks.create_task(other.post(RECOGNIZE, content=picture(), headers=BYTES)) for _ in range(16)
        ]
        await asyncio.sleep(0.2)
        over = await third.post(RECOGNIZE, content=picture(), headers=BYTES)
        assert "64 pictures wait or are being read already" in refused(over, 429, "RateLimitExceeded")
        site.models.may_go_on.set()
    assert {call.result().status_code for call in calls} == {200}
    assert len(site.models.sizes) == 64


async def test_who_sends_slowly_keeps_nobody_else_out() -> None:
    site = EmotionSite()
    may_end = asyncio.Event()

    async def drip() -> Any:
        yield picture()[:100]
        await may_end.wait()
        yield picture()[100:]

    async def fetch(*_: object) -> bytes:
        await may_end.wait()
        return picture()

    site.pictures.fetch = fetch  # type: ignore[method-assign, assignment]
    async with site.client("192.0.2.1") as slow, site.client() as web, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(slow.post(RECOGNIZE, content=drip(), headers=BYTES)) for _ in range(24)]
        calls += [
            tasks.create_task(slow.post(RECOGNIZE, json={"url": "http://a.example/"})) for _ in range(24)
        ]
        await asyncio.sleep(0.3)
        over = await slow.post(RECOGNIZE, content=picture(), headers=BYTES)
        assert "48 of your pictures are arriving already" in refused(over, 429, "RateLimitExceeded")
        assert (await web.post(RECOGNIZE, content=picture(), headers=BYTES)).status_code == 200
        may_end.set()
    assert {call.result().status_code for call in calls} == {200}


async def test_a_client_that_goes_while_its_broken_picture_is_decoded_leaves_no_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"no picture", "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    site = EmotionSite()
    scope = {
        "type": "http",
        "query_string": b"",
        "headers": [(b"content-type", b"application/octet-stream")],
    }
    with pytest.raises(HTTPException, match="has gone"):
        await site.recognizing.answer(Request(scope, receive))
    gc.collect()
    assert caplog.records == []
    assert site.models.sizes == []


async def test_a_page_of_another_origin_may_call_with_a_key_and_read_every_answer() -> None:
    site = EmotionSite(tokens=(TOKEN,))
    async with site.client() as web:
        asked = await web.options(
            "http://localhost//emotion/v1.0/Recognize",
            headers=PAGE
            | {
                "access-control-request-method": "POST",
                "access-control-request-headers": "cache-control, x-requested-with,a b",
            },
        )
        seen = await web.post(
            RECOGNIZE, content=picture(), headers=BYTES | PAGE | {"ocp-apim-subscription-key": TOKEN}
        )
        missing = await web.get("/emotion/v1.0/operations/x/y", headers=PAGE)
        keyless = await web.post(RECOGNIZE, content=picture(), headers=BYTES | PAGE)
        polled = await web.options("/emotion/v1.0/operations/x", headers=PAGE)
        site.models.seen = [None]  # type: ignore[list-item]
        failed = await web.post(
            "http://localhost//Emotion/v1.0/recognize",
            content=picture(),
            headers=BYTES | PAGE | {"ocp-apim-subscription-key": TOKEN},
        )
    assert failed.status_code == 500
    assert asked.status_code == 204
    allowed = asked.headers["access-control-allow-headers"].split(", ")
    assert {"Ocp-Apim-Subscription-Key", "cache-control", "x-requested-with"} <= set(allowed)
    assert "a b" not in allowed
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "GET" in polled.headers["access-control-allow-methods"]
    assert (seen.status_code, missing.status_code, keyless.status_code) == (200, 404, 401)
    for answer in (asked, seen, missing, keyless, polled, failed):
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"]
        assert {"Operation-Location", "Retry-After"} <= set(exposed.split(", "))


async def test_without_tokens_only_the_pages_that_were_named_may_call() -> None:
    async with EmotionSite(origins=(PAGE["origin"],)).client() as web:
        named = await web.post(RECOGNIZE, content=picture(), headers=BYTES | PAGE)
        other = await web.post(RECOGNIZE, content=picture(), headers=BYTES | {"origin": "https://x.example"})
    assert (named.status_code, named.headers["access-control-allow-origin"]) == (200, PAGE["origin"])
    assert "access-control-allow-origin" not in other.headers
    refused(other, 403, "Forbidden")


async def test_the_interface_is_described_with_both_bodies_every_status_and_the_keys() -> None:
    site = EmotionSite()
    async with site.client() as web:
        described = (await web.get("/openapi.json")).json()
    call = described["paths"][RECOGNIZE]["post"]
    assert call["tags"] == ["Emotion API"]
    assert set(call["requestBody"]["content"]) == {"application/json", "application/octet-stream"}
    assert list(call["responses"]) == ["200", "400", "401", "403", "408", "429", "503"]
    for status in ("400", "401", "408", "429", "503"):
        schema = call["responses"][status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/EmotionErrorDocument"}
    assert call["security"] == [{"subscriptionKey": []}, {"subscriptionKeyInQuery": []}, {"token": []}]
    assert [each["name"] for each in call["parameters"]] == ["faceRectangles"]
