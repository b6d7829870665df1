"""The rules over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aggregation.rules.definition import PresenceRule
from tests.published import window
from tests.rules_site import RulesSite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

HAPPY = {"id": "happy", "type": "threshold", "emotion": "happiness", "enter": 0.6, "exit": 0.4}


@pytest.fixture
def site() -> RulesSite:
    return RulesSite(rules=[PresenceRule(id="somebody", hold=0)])


@pytest.fixture
async def api(site: RulesSite) -> AsyncIterator[httpx.AsyncClient]:
    async with site.open() as client:
        yield client


def errors(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


async def declared(api: httpx.AsyncClient) -> dict[str, str]:
    return {rule["id"]: rule["declared"] for rule in (await api.get("/rules")).json()["rules"]}


async def test_a_rule_is_made_shown_and_removed(api: httpx.AsyncClient) -> None:
    made = await api.post("/rules", json=HAPPY)
    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/rules/happy"
    assert made.json() == {
        **HAPPY,
        "enabled": True,
        "streams": "*",
        "groups": [],
        "measure": "mean",
        "hold": 1.0,
        "cooldown": 0.0,
        "coverage": 0.5,
        "faces": 1,
        "window": None,
        "per": "window",
        "declared": "api",
        "active": [],
        "counts": {},
    }
    assert (await api.get("/rules/happy")).json() == made.json()
    assert await declared(api) == {"dominant-emotion": "default", "somebody": "file", "happy": "api"}
    removed = await api.delete("/rules/happy")
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await api.get("/rules/happy")).json()["detail"] == "There is no rule 'happy'."
    assert (await api.delete("/rules/happy")).status_code == 404


async def test_every_mistake_is_named_by_its_field(api: httpx.AsyncClient) -> None:
    assert errors(
        await api.post("/rules", json={**HAPPY, "enter": 1.6, "emotion": "joy", "more": 1})
    ).keys() == {
        "enter",
        "emotion",
        "more",
    }
    assert errors(await api.post("/rules", json={"id": "a", "type": "sometimes"})).keys() == {"type"}
    assert errors(await api.post("/rules", json={**HAPPY, "window": "9s"})) == {
        "window": "there is no window '9s'; there are 2s, 60s"
    }
    await api.post("/rules", json=HAPPY)
    assert errors(await api.patch("/rules/happy", json={"enter": 0.3})).keys() == {"exit"}
    assert errors(await api.patch("/rules/happy", json={"id": "other"})).keys() == {"id"}
    assert errors(await api.put("/rules/happy", json={**HAPPY, "id": "other"})).keys() == {"id"}
    assert "must be a JSON object" in (await api.patch("/rules/happy", json=[])).json()["detail"]


async def test_an_id_that_is_taken_is_a_conflict(api: httpx.AsyncClient) -> None:
    again = await api.post("/rules", json={**HAPPY, "id": "dominant-emotion"})
    assert again.status_code == 409
    assert again.json()["detail"] == "A rule with this id is there already; PUT replaces it."


async def test_a_rule_is_changed_while_it_is_at_work(site: RulesSite, api: httpx.AsyncClient) -> None:
    await api.post("/rules", json={**HAPPY, "hold": 0})
    site.court.ruling.publish(window(1, "happiness"))
    active = (await api.get("/rules/happy")).json()["active"]
    (started,) = site.kept.events()[-1:]
    assert active == [
        {
            "id": started.id,
            "stream": "lobby",
            "track": None,
            "since": "2026-09-21T14:13:20.500Z",
            "value": 1.0,
        }
    ]
    listed = {rule["id"]: rule for rule in (await api.get("/rules")).json()["rules"]}
    assert listed["happy"]["active"] == active
    changed = (await api.patch("/rules/happy", json={"hold": 5})).json()
    assert (changed["hold"], changed["enter"], changed["active"]) == (5.0, 0.6, [])
    assert changed["counts"] == {"emotion.threshold.started": 1, "emotion.threshold.ended": 1}
    assert site.kept.events()[-1].reason == "rule"
    other = await api.put("/rules/happy", json={"id": "happy", "type": "presence"})
    assert other.json()["type"] == "presence"
    count = len(site.kept.messages)
    assert (await api.patch("/rules/happy", json={"faces": 1})).status_code == 200
    assert len(site.kept.messages) == count  # nothing has changed, so nothing begins anew


async def test_the_default_rule_stays_but_can_be_switched_off_for_good(
    site: RulesSite, api: httpx.AsyncClient
) -> None:
    refused = await api.delete("/rules/dominant-emotion")
    assert refused.status_code == 409
    assert 'PATCH it with {"enabled": false}' in refused.json()["detail"]
    off = await api.patch("/rules/dominant-emotion", json={"enabled": False})
    assert (off.json()["enabled"], off.json()["declared"]) == (False, "api")
    for sequence in range(1, 6):
        site.court.ruling.publish(window(sequence, "happiness"))
    assert {event.rule for event in site.kept.events()} == {"somebody"}
    assert (await api.delete("/rules/dominant-emotion")).status_code == 204
    assert (await declared(api))["dominant-emotion"] == "default"


async def test_a_rule_of_the_file_can_be_changed_and_removed_without_the_database(
    site: RulesSite, api: httpx.AsyncClient
) -> None:
    site.database.fails = True
    assert (await api.patch("/rules/somebody", json={"faces": 2})).json()["declared"] == "file"
    assert (await api.delete("/rules/somebody")).status_code == 204
    refused = await api.post("/rules", json=HAPPY)
    assert refused.status_code == 503
    assert refused.json()["detail"] == "Nothing has changed, for it cannot be stored: The database is gone."
    assert await declared(api) == {"dominant-emotion": "default"}


async def test_the_calls_are_described(api: httpx.AsyncClient, site: RulesSite) -> None:
    described: dict[str, Any] = site.app.openapi()
    assert {"/api/v1/rules", "/api/v1/rules/{rule_id}", "/api/v1/rules/backtest"} <= described["paths"].keys()
    schemas = described["components"]["schemas"]
    assert {"DominantRule", "ThresholdRule", "PresenceRule"} <= schemas.keys()
    assert schemas["RuleDocument"]["discriminator"]["mapping"].keys() == {
        "dominant",
        "threshold",
        "presence",
        "stream",
    }
    assert {"enter", "declared", "active", "counts"} <= schemas["ThresholdRuleDocument"]["properties"].keys()
    change = described["paths"]["/api/v1/rules/{rule_id}"]["patch"]["requestBody"]["content"]
    assert {"enabled": False} in change["application/json"]["schema"]["examples"]
    assert (await api.get("/rules")).status_code == 200


async def test_a_rule_whose_streams_name_a_group_is_refused(api: httpx.AsyncClient) -> None:
    await api.post("/groups", json={"id": "room", "streams": ["lobby"]})
    for answer in (
        await api.post("/rules", json={**HAPPY, "streams": ["lobby", "room"]}),
        await api.patch("/rules/somebody", json={"streams": ["room"]}),
    ):
        assert errors(answer) == {"streams": "'room' is a group; name it under `groups`"}
    assert "happy" not in await declared(api)
    assert (await api.post("/rules", json={**HAPPY, "groups": ["room"]})).status_code == 201


async def test_a_long_id_that_is_unknown_is_cut_in_the_answer(api: httpx.AsyncClient) -> None:
    for place in ("rules", "groups", "streams"):
        answer = await api.get(f"/{place}/{'x' * 5000}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"There is no {place[:-1]} '{'x' * 64}…'."
