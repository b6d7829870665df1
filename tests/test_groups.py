"""The groups over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.published import window
from tests.rules_site import RulesSite
from tests.test_rules import errors
from web.group import Group

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


@pytest.fixture
def site() -> RulesSite:
    return RulesSite(groups=[Group(id="house", streams=("lobby", "hall"))])


@pytest.fixture
async def api(site: RulesSite) -> AsyncIterator[httpx.AsyncClient]:
    async with site.open() as client:
        yield client


async def test_a_group_shows_who_is_in_it_and_how_its_last_windows_were_covered(
    site: RulesSite, api: httpx.AsyncClient
) -> None:
    assert (await api.get("/groups/house")).json() == {
        "id": "house",
        "streams": ["lobby", "hall"],
        "declared": "file",
        "windows": {},
    }
    site.court.ruling.publish(window(1, "happiness", "lobby"))
    site.court.ruling.publish(window(1, None, "hall"))
    (house,) = (await api.get("/groups")).json()["groups"]
    assert house["windows"] == {
        "2s": {
            "end": "2026-09-21T14:13:20.500Z",
            "sequence": 1,
            "coverage": 1.0,
            "faces": 20,
            "tracks": 1,
            "dominant": "happiness",
        }
    }


async def test_a_group_is_made_given_other_streams_and_removed(
    site: RulesSite, api: httpx.AsyncClient
) -> None:
    made = await api.post("/groups", json={"id": "room", "streams": ["lobby", "later"]})
    assert (made.status_code, made.json()["declared"]) == (201, "api")
    site.court.ruling.publish(window(1, "happiness", "lobby"))
    changed = await api.put("/groups/room", json={"id": "room", "streams": ["lobby"]})
    assert changed.json()["streams"] == ["lobby"]
    site.court.ruling.publish(window(2, "happiness", "lobby"))
    assert [each.end for each in site.kept.summaries("room")] == [window(2, None).end]
    assert (await api.delete("/groups/room")).status_code == 204
    assert site.kept.messages[-1] == "room"
    assert (await api.get("/groups/room")).json()["detail"] == "There is no group 'room'."
    assert (await api.delete("/groups/room")).status_code == 404


async def test_ids_of_groups_and_streams_are_told_apart(api: httpx.AsyncClient) -> None:
    for taken in ("lobby", "house"):
        assert (await api.post("/groups", json={"id": taken, "streams": ["hall"]})).status_code == 409
    assert errors(await api.post("/groups", json={"id": "room", "streams": ["hall", "house"]})) == {
        "streams.1": "'house' is a group; a group is made of streams."
    }
    assert errors(await api.post("/groups", json={"id": "room", "streams": ["room"]})).keys() == {"streams.0"}
    assert errors(await api.post("/groups", json={"id": "room", "streams": []})).keys() == {"streams"}
    await api.post("/groups", json={"id": "room", "streams": ["nested"]})
    nested = await api.post("/groups", json={"id": "nested", "streams": ["hall"]})
    assert (nested.status_code, nested.json()["detail"]) == (
        409,
        "'nested' is among the streams of the group 'room'; a group is made of streams.",
    )
    assert errors(await api.put("/groups/house", json={"id": "hut", "streams": ["a"]})).keys() == {"id"}


async def test_a_group_that_cannot_be_stored_is_not_made(site: RulesSite, api: httpx.AsyncClient) -> None:
    site.database.fails = True
    refused = await api.post("/groups", json={"id": "room", "streams": ["lobby"]})
    assert (refused.status_code, refused.json()["detail"]) == (
        503,
        "Nothing has changed, for it cannot be stored: The database is gone.",
    )
    assert (await api.get("/groups/room")).status_code == 404


async def test_a_stored_group_that_does_not_fit_any_more_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = RulesSite()
    async with first.open() as api:
        for name in ("attic", "room"):
            await api.post("/groups", json={"id": name, "streams": ["lobby"]})
        again = RulesSite(groups=[Group(id="house", streams=("attic",))], database=first.database)
        again.service.views["room"] = again.service.views["hall"]
        await again.court.open()
    assert [view.group.id for view in again.court.groups.groups()] == ["house"]
    assert "room is stored but cannot be used, and is left out: 'room' is the id of a stream" in caplog.text
    assert "left out: 'attic' is among the streams of the group 'house'" in caplog.text
