"""Hooks over REST."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI, Request

from tests.history_database import MemoryDatabase
from tests.hook_world import FAILED, REFUSED, START, FakeDeliverer, event, hook
from web import problems
from web.cross_origin import CrossOrigin
from web.history.definitions import Definitions
from web.hooks.definition import Webhook
from web.hooks.hook import Outcome
from web.hooks.hooks import Hooks
from web.hooks.routes import hooks_router
from web.hooks.secret import Secret, check_secret, new_secret
from web.while_connected import STOPPING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from web.hooks.hook import Hook

LIGHTS = {"id": "lights", "url": "https://user:hunter2@lights.example/a-secret-path"}
SECRET = new_secret()


class Place:
    """A service with hooks, all of whose hooks deliver to fakes; it can be started again."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.deliverer = FakeDeliverer()
        self.other = FakeDeliverer()
        self.made: list[Webhook] = []
        self.mqtt = FakeDeliverer()

    def make(self, webhook: Webhook) -> Hook:
        self.made.append(webhook)
        made = hook(
            self.other if webhook.id == "written" else self.deliverer,
            webhook.id,
            filter=webhook.filter,
            max_age=webhook.max_age,
            concurrency=webhook.concurrency,
            enabled=webhook.enabled,
        )
        return replace(made, target="https://lights.example/***")

    def hooks(self) -> Hooks:
        return Hooks(
            self.database,
            Definitions(self.database, "webhook"),
            self.make,
            lambda _: None,
            hooks=[replace(hook(self.mqtt, "mqtt"), kind="mqtt")],
            webhooks=[Webhook("written", "https://written.example/", (Secret(SECRET),))],
            clock=lambda: START + 1,
        )


class Running:
    """The hooks that run, and a client of theirs."""

    def __init__(self, place: Place, hooks: Hooks, client: httpx.AsyncClient) -> None:
        self.place = place
        self.hooks = hooks
        self.client = client

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not fact():  # noqa: ASYNC110 - the hooks tell nobody
                await asyncio.sleep(0.005)

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object = None) -> httpx.Response:
        return await self.client.post(path, json=body)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    place = Place()
    yield place
    place.database.close()


@pytest.fixture
async def api(place: Place) -> AsyncIterator[Running]:
    async for running in serve(place):
        yield running


async def serve(place: Place) -> AsyncIterator[Running]:
    hooks = place.hooks()
    app = FastAPI()
    problems.install(app, _nowhere, CrossOrigin((), tokens=False))
    app.include_router(hooks_router(hooks, _check))
    task = asyncio.create_task(hooks.run())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
        await hooks.dispatcher.loaded()
        yield Running(place, hooks, client)
    task.cancel()
    await asyncio.wait([task])


async def _nowhere(_: Request) -> None:
    """There is no page."""


def _check(url: str) -> None:
    if not url.startswith("https://"):
        raise ValueError("A webhook's address starts with https://.")


async def test_a_webhook_is_made_with_a_secret_that_is_shown_once(api: Running) -> None:
    made = await api.post("/hooks", LIGHTS)
    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/hooks/lights"
    (secret,) = made.json()["secrets"]
    check_secret(secret)
    shown = await api.client.get("/hooks/lights")
    assert secret not in shown.text
    assert "hunter2" not in made.text + shown.text
    assert "a-secret-path" not in made.text + shown.text
    assert shown.json()["state"] == "working"
    assert shown.json()["declared"] == "api"
    assert shown.json()["rules"] == "*"


async def test_a_hook_is_blocked_while_what_happens_cannot_be_stored(api: Running, place: Place) -> None:
    await api.post("/hooks", {**LIGHTS, "enabled": False})
    place.database.fails = True
    api.hooks.add(event(1))
    await api.until(lambda: api.hooks.outbox.failing)
    blocked = await api.get("/hooks")
    assert blocked["unstored"] == 1
    assert {each["id"]: each["state"] for each in blocked["hooks"]} == {
        "lights": "off",
        "mqtt": "blocked",
        "written": "blocked",
    }
    place.database.fails = False
    await api.until(lambda: not api.hooks.outbox.failing)
    freed = await api.get("/hooks")
    assert freed["unstored"] == 0
    assert (await api.get("/hooks/written"))["state"] == "working"


async def test_hooks_are_blocked_until_the_database_has_been_read(place: Place) -> None:
    place.database.fails = True
    hooks = place.hooks()
    app = FastAPI()
    app.include_router(hooks_router(hooks, _check))
    task = asyncio.create_task(hooks.run())
    hooks.add(event(1))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
        listed = (await client.get("/hooks")).json()
        assert listed["unstored"] == 1
        assert [each["state"] for each in listed["hooks"]] == ["blocked", "blocked"]
        place.database.fails = False
        await hooks.dispatcher.loaded()
        assert (await client.get("/hooks/mqtt")).json()["state"] == "working"
    task.cancel()
    await asyncio.wait([task])


async def test_all_kinds_of_hooks_are_listed_and_only_webhooks_are_changed(api: Running) -> None:
    listed = (await api.get("/hooks"))["hooks"]
    assert [(each["id"], each["kind"], each["declared"]) for each in listed] == [
        ("mqtt", "mqtt", "file"),
        ("written", "webhook", "file"),
    ]
    for answer in (
        await api.client.patch("/hooks/mqtt", json={"maxAge": 5}),
        await api.client.delete("/hooks/mqtt"),
        await api.post("/hooks/mqtt/rotate"),
    ):
        assert answer.status_code == 409
        assert "configuration" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"id": "a b"}, "id", "An id is 1 to 64 letters"),
        ({"id": ".."}, "id", "the first a letter or digit"),
        ({"id": "mqtt"}, "id", "is kept for hooks of that kind"),
        ({"id": "python.mine"}, "id", "is kept for hooks of that kind"),
        ({"url": "ftp://somewhere"}, "url", "starts with https://"),
        ({"secrets": ["hunter2"]}, "secrets.0", "A secret starts with 'whsec_'"),
        ({"secrets": ["whsec_hunter2"]}, "secrets.0", "base64"),
        ({"secrets": ["whsec_" + base64.b64encode(b"x" * 23).decode()]}, "secrets.0", "holds 23"),
        ({"rules": "some"}, "rules", 'Either "*" for all, or a list of ids'),
        ({"rules": []}, "rules", 'Either "*" for all, or a list of ids'),
        ({"rules": ["a b"]}, "rules.0", "An id is"),
        ({"streams": ["a b"]}, "streams.0", "An id is"),
        ({"rules": ["a"] * 101}, "rules", "at most 100"),
        ({"maxAge": 0}, "maxAge", "greater than 0"),
        ({"concurrency": 33}, "concurrency", "less than or equal to 32"),
        ({"max_age": 5}, "max_age", "not permitted"),
    ],
)
async def test_a_mistake_is_named_by_its_field(
    api: Running, change: dict[str, object], field: str, words: str
) -> None:
    refused = await api.post("/hooks", {**LIGHTS, **change})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]
    assert "hunter2" not in refused.text


async def test_an_id_that_is_taken_is_a_conflict(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    assert (await api.post("/hooks", LIGHTS)).status_code == 409
    assert (await api.post("/hooks", {**LIGHTS, "id": "written"})).status_code == 409


async def test_what_is_not_there_is_not_found(api: Running) -> None:
    answers = [
        await api.client.get("/hooks/none"),
        await api.client.patch("/hooks/none", json={"enabled": False}),
        await api.client.delete("/hooks/none"),
        await api.client.get("/hooks/none/deliveries"),
        *[await api.post(f"/hooks/none/{call}") for call in ("rotate", "enable", "test")],
        await api.post("/hooks/none/resend", {"event": "evt_1"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].json()["detail"] == "There is no hook 'none'."


async def test_a_webhook_made_over_rest_is_there_after_a_restart_and_one_removed_is_not(place: Place) -> None:
    async for api in serve(place):
        secret = (await api.post("/hooks", {**LIGHTS, "rules": ["r"], "maxAge": 60})).json()["secrets"][0]
        await api.post("/hooks", {**LIGHTS, "id": "gone"})
        assert (await api.client.delete("/hooks/gone")).status_code == 204
        assert (await api.client.delete("/hooks/written")).status_code == 204
    async for api in serve(place):
        listed = (await api.get("/hooks"))["hooks"]
        assert [each["id"] for each in listed] == ["mqtt", "written", "lights"]
        assert (listed[2]["rules"], listed[2]["maxAge"], listed[2]["declared"]) == (["r"], 60, "api")
        assert place.made[-1].secrets == (Secret(secret),)
        assert place.made[-1].url == LIGHTS["url"]


async def test_a_change_leaves_what_is_left_out_and_an_address_as_it_was_shown(api: Running) -> None:
    await api.post("/hooks", {**LIGHTS, "streams": ["a"], "concurrency": 2})
    body = {"url": "https://lights.example/***", "rules": ["r"], "enabled": False}
    changed = await api.client.patch("/hooks/lights", json=body)
    assert changed.status_code == 200
    assert (changed.json()["streams"], changed.json()["rules"]) == (["a"], ["r"])
    assert changed.json()["concurrency"] == 2
    assert changed.json()["state"] == "off"
    assert api.place.made[-1].url == LIGHTS["url"]
    every = await api.client.patch("/hooks/lights", json={"streams": "*"})
    assert (every.json()["streams"], every.json()["rules"]) == ("*", ["r"])
    wrong = await api.client.patch("/hooks/lights", json={"url": ""})
    assert wrong.status_code == 422


async def test_what_waits_is_sent_to_another_address_at_once(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.outcomes = [Outcome("failed", 503, "It answered 503.", retry_after=86_400)]
    api.hooks.add(event(1))
    courier = api.hooks.dispatcher.courier("lights")
    await api.until(lambda: courier.figures.attempts_failed == 1)
    await api.client.patch("/hooks/lights", json={"maxAge": 7200})
    await asyncio.sleep(0.05)
    assert api.place.deliverer.events == ["evt_1"]
    await api.client.patch("/hooks/lights", json={"url": "https://other.example/"})
    await api.until(lambda: api.place.deliverer.events == ["evt_1"] * 2)


async def test_after_a_rotation_the_old_secret_signs_for_a_day(api: Running) -> None:
    old = (await api.post("/hooks", LIGHTS)).json()["secrets"][0]
    rotated = (await api.post("/hooks/lights/rotate")).json()
    assert set(rotated) == {"secret", "oldUntil"}
    newest, before = api.place.made[-1].secrets
    assert (newest.value, newest.until, before.value) == (rotated["secret"], None, old)
    assert before.until is not None
    assert before.signs(before.until - 1)
    assert not before.signs(before.until)
    given = await api.post("/hooks/lights/rotate", {"secret": SECRET})
    assert given.json()["secret"] == SECRET


async def test_a_test_delivery_answers_with_what_came_of_it_and_is_logged(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.outcomes = [FAILED]
    line = (await api.post("/hooks/lights/test")).json()
    assert (line["outcome"], line["status"], line["error"]) == ("failed", 500, "It answered 500.")
    (given,) = api.place.deliverer.given
    assert given.name == "hook.test"
    assert json.loads(given.document)["details"] == {"hook": "lights"}
    (logged,) = (await api.get("/hooks/lights/deliveries"))["deliveries"]
    assert logged["event"] == line["event"] == given.event_id
    assert (await api.get("/hooks/lights"))["state"] == "working"


async def test_a_test_delivery_that_arrives_brings_on_what_waits_but_enables_nothing(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.outcomes = [Outcome("failed", 503, "It answered 503.", retry_after=3600)]
    api.hooks.add(event(1))
    courier = api.hooks.dispatcher.courier("lights")
    await api.until(lambda: courier.figures.attempts_failed == 1)
    await api.post("/hooks/lights/test")
    await api.until(lambda: courier.figures.delivered == 1)
    api.place.deliverer.outcomes = [REFUSED]
    api.hooks.add(event(2))
    await api.until(lambda: not courier.accepts)
    await api.post("/hooks/lights/test")
    assert (await api.get("/hooks/lights"))["state"] == "disabled"


async def test_a_test_that_runs_when_the_service_stops_is_to_come_again_later(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.seconds = 3600.0
    waiting = asyncio.create_task(api.post("/hooks/lights/test"))
    await api.until(lambda: bool(api.place.deliverer.busy))
    waiting.cancel()  # which is what the server does to the requests that are left
    refused = await waiting
    assert (refused.status_code, refused.json()["detail"]) == (503, STOPPING)
    assert api.place.deliverer.busy == 0


async def test_deliveries_are_shown_newest_first_page_by_page_and_by_state(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    for outcomes in ([], [FAILED], [], []):
        api.place.deliverer.outcomes = list(outcomes)
        await api.post("/hooks/lights/test")
    first = await api.get("/hooks/lights/deliveries?limit=3")
    assert [line["outcome"] for line in first["deliveries"]] == ["delivered", "delivered", "failed"]
    rest = await api.get(f"/hooks/lights/deliveries?limit=3&before={first['nextBefore']}")
    assert [line["outcome"] for line in rest["deliveries"]] == ["delivered"]
    assert rest["nextBefore"] is None
    failed = await api.get("/hooks/lights/deliveries?state=failed")
    assert len(failed["deliveries"]) == 1
    wrong = await api.client.get("/hooks/lights/deliveries?state=lost")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "state"


async def test_an_event_is_sent_again_and_a_range_of_those_the_hook_wants(api: Running) -> None:
    await api.post("/hooks", {**LIGHTS, "streams": ["a"]})
    given = api.place.deliverer
    for number in range(4):
        api.hooks.add(event(number, "ab"[number % 2]))
    await api.until(lambda: len(api.place.mqtt.given) == 4)
    await api.until(lambda: api.hooks.dispatcher.courier("lights").figures.delivered == 2)
    given.given.clear()
    one = await api.post("/hooks/lights/resend", {"event": "evt_1"})
    assert (one.status_code, one.json()) == (202, {"queued": 1, "alreadyWaiting": 0})
    await api.until(lambda: given.events == ["evt_1"])
    body = {"since": "2026-09-21T14:13:19Z", "until": "2026-09-21T14:13:20Z"}
    several = await api.post("/hooks/lights/resend", body)
    assert several.json() == {"queued": 2, "alreadyWaiting": 0}
    await api.until(lambda: given.events == ["evt_1", "evt_0", "evt_2"])


async def test_what_waits_already_is_not_queued_once_more(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.outcomes = [FAILED]
    api.hooks.add(event(1))
    await api.until(lambda: api.hooks.dispatcher.courier("lights").figures.attempts_failed == 1)
    again = await api.post("/hooks/lights/resend", {"event": "evt_1"})
    assert again.json() == {"queued": 0, "alreadyWaiting": 1}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "event"),
        ({"event": "evt_1", "since": "2026-09-21T14:13:19Z"}, "event"),
        ({"event": "evt_1", "until": "2026-09-21T14:13:19Z"}, "until"),
        ({"since": "2026-09-21T14:13:19Z", "until": "2026-09-20T14:13:19Z"}, "until"),
        ({"since": "yesterday"}, "since"),
    ],
)
async def test_a_mistake_in_what_to_send_again_is_named(
    api: Running, body: dict[str, object], field: str
) -> None:
    refused = await api.post("/hooks/written/resend", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("event_id", ["evt_none", "e" * 10_000, "evt_\0"])
async def test_an_event_that_is_not_there_cannot_be_sent_again(api: Running, event_id: str) -> None:
    answer = await api.post("/hooks/written/resend", {"event": event_id})
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"There is no event {event_id[:64]!r}."


async def test_a_disabled_hook_is_shown_so_takes_no_resending_and_is_enabled(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.deliverer.outcomes = [REFUSED]
    api.hooks.add(event(1))
    courier = api.hooks.dispatcher.courier("lights")
    await api.until(lambda: courier.figures.attempts_failed == 1)
    shown = await api.get("/hooks/lights")
    assert shown["state"] == "disabled"
    assert "410" in shown["reason"]
    assert (await api.post("/hooks/lights/resend", {"event": "evt_1"})).status_code == 409
    enabled = await api.post("/hooks/lights/enable")
    assert enabled.json()["state"] == "working"
    await api.until(lambda: api.hooks.dispatcher.courier("lights").figures.delivered == 1)


async def test_without_the_database_nothing_is_changed_and_the_answer_says_why(api: Running) -> None:
    await api.post("/hooks", LIGHTS)
    api.place.database.fails = True
    answers = [
        await api.post("/hooks", {**LIGHTS, "id": "other"}),
        await api.client.patch("/hooks/lights", json={"enabled": False}),
        await api.client.delete("/hooks/lights"),
        await api.post("/hooks/lights/rotate"),
        await api.post("/hooks/lights/enable"),
        await api.post("/hooks/lights/resend", {"event": "evt_1"}),
        await api.client.get("/hooks/lights/deliveries"),
    ]
    assert {answer.status_code for answer in answers} == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert (await api.post("/hooks/lights/test")).json()["outcome"] == "delivered"
    listed = (await api.get("/hooks"))["hooks"]
    assert [(each["id"], each["state"]) for each in listed] == [
        ("mqtt", "working"),
        ("written", "working"),
        ("lights", "working"),
    ]
