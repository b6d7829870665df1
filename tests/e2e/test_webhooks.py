"""Webhooks of a running service: kills lose none, and whatever a receiver does harms no other."""

from __future__ import annotations

import json
import random
import time
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from standardwebhooks import Webhook

from tests.e2e.receiving import receiving
from tests.e2e.service import Service, free_port, serving, wait_until
from tests.webhook_receiver import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.e2e.receiving import Receiving
    from tests.webhook_receiver import Received

pytestmark = [pytest.mark.timeout(240), pytest.mark.alone]

ALLOWED = "127.0.0.2"
"""The address of the receiver; webhooks may go nowhere else on this machine."""
LIVES = 3
"""How often the service is killed."""
EVENTS = 100
"""How many have been made by then, about."""
PERSON = "pattern:?people=1&width=320&height=240&fps=8&hold=1"
FEELINGS = ("anger", "happiness", "neutral", "sadness", "surprise")
LIGHTS = "/slow/0.1/lights"
"""Where the hook of the configuration goes: a way long enough to be killed on."""


class Survivor(NamedTuple):
    """The service in its last life, and the receiver that saw them all."""

    service: Service
    receiver: Receiving

    def hook(self, hook: str, path: str, **rest: object) -> httpx.Response:
        """A webhook to this path is made."""
        settings = {"id": hook, "url": f"{self.receiver.address}{path}", "secrets": [SECRET], **rest}
        return self.service.http.post("/api/v1/hooks", json=settings)

    def post(self, hook: str, what: str, **body: object) -> Any:
        answer = self.service.http.post(f"/api/v1/hooks/{hook}/{what}", json=body or None)
        return answer.raise_for_status().json()

    def shown(self, hook: str) -> Any:
        return self.service.http.get(f"/api/v1/hooks/{hook}").raise_for_status().json()

    def waiting(self, hook: str) -> int:
        return int(self.shown(hook)["figures"]["waiting"])

    def came(self, path: str, number: int = 1, within: float = 10.0) -> list[Received]:
        """What came there, once it is so many."""
        wait_until(lambda: len(self.receiver.came_to(path)) >= number, within, self.service.written)
        return self.receiver.came_to(path)

    def events(self, **wanted: str) -> list[dict[str, Any]]:
        """What the history holds, oldest first."""
        asked = {"format": "ndjson", "order": "oldest", **wanted}
        text = self.service.http.get("/api/v1/events", params=asked).raise_for_status().text
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survivor]:
    """A service that was killed, again and again, while it made and delivered events; it makes none now."""
    folder, port = tmp_path_factory.mktemp("webhooks"), free_port()
    with receiving(ALLOWED) as receiver:
        settings = configured(receiver, str(folder / "history.db"))
        for _ in range(LIVES):
            with serving(folder, settings, port) as service:
                some_come(service, receiver, EVENTS // LIVES)
                time.sleep(random.random())
                service.process.kill()
                service.process.wait()
        with serving(folder, {**settings, "streams": []}, port) as service:
            yield Survivor(service, receiver)


def configured(receiver: Receiving, history: str) -> dict[str, object]:
    """Three people who change their faces every second, and a rule for each of them."""
    thresholds = [
        {"id": feeling, "type": "threshold", "emotion": feeling, "enter": 0.3, "exit": 0.2, "hold": 0}
        for feeling in FEELINGS
    ]
    return {
        "windows": [{"name": "1s", "length": 1, "interval": 0.5}],
        "history": {"url": history},
        "streams": [{"id": f"person-{seed}", "url": f"{PERSON}&seed={seed}"} for seed in range(3)],
        "rules": [{"id": "dominant-emotion", "type": "dominant", "hold": 0, "margin": 0}, *thresholds],
        "hooks": {
            "allow": [ALLOWED],
            "webhooks": [{"id": "lights", "url": f"{receiver.address}{LIGHTS}", "secrets": [SECRET]}],
        },
    }


def some_come(service: Service, receiver: Receiving, number: int) -> None:
    """Returns when so many more have come."""
    before = len(receiver.received)

    def enough() -> bool:
        receiver.look()
        return len(receiver.received) - before >= number

    wait_until(enough, 40, service.written)


def test_kills_lose_no_event_and_no_order(survivor: Survivor) -> None:
    wait_until(lambda: not survivor.waiting("lights"), 20, lambda: survivor.shown("lights"))
    stored, came = survivor.events(), survivor.receiver.came_to(LIGHTS)
    assert len(stored) >= EVENTS
    assert {event["id"] for event in stored} <= {each.id for each in came}
    assert {each.id for each in came} <= {event["id"] for event in stored}  # nothing unsaid was sent
    assert all(each.signed_by == (0,) and each.event["id"] == each.id for each in came)
    assert len({(each.id, each.body) for each in came}) == len({each.id for each in came})
    for stream in {event["stream"] for event in stored}:
        own = [each for each in came if each.event["stream"] == stream]
        order = [identity for identity, _ in groupby(each.id for each in own)]  # doubles follow each other
        assert len(order) == len(set(order))
        assert [each.event["at"] for each in own] == sorted(each.event["at"] for each in own)


def test_receivers_that_hang_or_want_a_pause_delay_no_other(survivor: Survivor) -> None:
    for hook, path in (("hanging", "/hang"), ("limited", "/limited/6"), ("steady", "/ok/steady")):
        assert survivor.hook(hook, path).status_code == 201
    with survivor.service.following("lively", PERSON):
        came = survivor.came("/ok/steady", 6, within=20)
    late = [each.at - seconds(each.event["at"]) for each in came]
    assert max(late) < 3, late
    assert len(survivor.receiver.came_to("/hang")) == 1
    assert survivor.waiting("hanging") >= 6
    first, second, third, *_ = survivor.came("/limited/6", 3)
    assert [first.id, second.id, third.id] == [came[0].id, came[0].id, came[1].id]
    assert 6 <= second.at - first.at < 9
    for hook in ("hanging", "limited", "steady"):
        assert survivor.service.http.delete(f"/api/v1/hooks/{hook}").status_code == 204


def test_a_test_and_a_resent_event_arrive_and_are_logged(survivor: Survivor) -> None:
    survivor.hook("again", "/ok/again")
    tested = survivor.post("again", "test")
    assert (tested["outcome"], tested["status"], tested["answer"]) == ("delivered", 200, "thank you")
    old = survivor.events()[0]
    assert survivor.post("again", "resend", event=old["id"]) == {"queued": 1, "alreadyWaiting": 0}
    test, resent = survivor.came("/ok/again", 2)
    assert (test.id, json.loads(test.body)["type"]) == (tested["event"], "hook.test")
    assert (resent.id, resent.signed_by) == (old["id"], (0,))
    assert resent.body == next(
        each.body for each in survivor.receiver.came_to(LIGHTS) if each.id == old["id"]
    )
    wait_until(lambda: not survivor.waiting("again"), 5, lambda: survivor.shown("again"))
    log = survivor.service.http.get("/api/v1/hooks/again/deliveries").json()["deliveries"]
    assert [(line["event"], line["outcome"]) for line in log] == [
        (resent.id, "delivered"),
        (test.id, "delivered"),
    ]


def test_gone_disables_a_hook_and_the_others_are_told(survivor: Survivor) -> None:
    survivor.hook("gone", "/status/410/gone")
    survivor.post("gone", "resend", event=survivor.events()[0]["id"])
    wait_until(lambda: survivor.shown("gone")["state"] == "disabled", 5, lambda: survivor.shown("gone"))
    assert "410 Gone" in survivor.shown("gone")["reason"]
    [told] = survivor.events(name="hook.disabled")
    assert told["details"]["hook"] == "gone"
    wait_until(lambda: told["id"] in {each.id for each in survivor.receiver.came_to(LIGHTS)}, 5, lambda: told)
    assert len(survivor.came("/status/410/gone")) == 1


def test_a_redirect_is_a_failure_and_is_not_followed(survivor: Survivor) -> None:
    survivor.hook("moved", "/redirect")
    tested = survivor.post("moved", "test")
    assert (tested["outcome"], tested["status"]) == ("failed", 302)
    assert "redirects are not followed" in tested["error"]
    assert survivor.receiver.came_to("/stolen") == []


def test_a_secret_that_is_replaced_signs_for_a_day(survivor: Survivor) -> None:
    made = survivor.hook("secret", "/ok/secret").json()
    assert made["secrets"] == [SECRET]
    new = survivor.post("secret", "rotate")["secret"]
    survivor.post("secret", "test")
    [came] = survivor.came("/ok/secret")
    assert came.headers["webhook-signature"].count("v1,") == 2
    assert came.signed_by == (0,)
    assert Webhook(new).verify(came.body, came.headers)["type"] == "hook.test"
    shown = survivor.service.http.get("/api/v1/hooks").text
    assert SECRET not in shown
    assert new not in shown


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0x7f.1", "2130706433", "169.254.169.254"]
)
def test_a_hook_to_where_none_may_go_cannot_be_made(survivor: Survivor, host: str) -> None:
    settings = {"id": "inside", "url": f"http://{host}:8080/latest/meta-data"}
    refused = survivor.service.http.post("/api/v1/hooks", json=settings)
    assert refused.status_code == 422
    [mistake] = refused.json()["errors"]
    assert mistake["field"] == "url"
    assert "hooks.allow" in mistake["message"] or "four numbers" in mistake["message"]


def test_a_name_for_this_machine_is_refused_at_the_connection(survivor: Survivor) -> None:
    made = survivor.service.http.post(
        "/api/v1/hooks", json={"id": "named", "url": "https://localhost:1/services/T0K3N"}
    )
    assert (made.status_code, made.json()["target"]) == (201, "https://localhost:1/***")
    error = survivor.post("named", "test")["error"]
    assert error.startswith("The name localhost stands for ")
    assert "hooks.allow" in error


def seconds(time_utc: str) -> float:
    """Since the epoch."""
    return datetime.fromisoformat(time_utc).timestamp()
