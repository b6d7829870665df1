"""Markers over REST, and the scores around them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from aggregation.event import Marker
from aggregation.summary import Summary
from inference.reading import EMOTIONS
from tests.recorded import RecordedDatabase, api_client
from tests.web_service import EPOCH, FakeService
from web.hub import Hub
from web.markers import markers_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

    from web.service import Published

NOW = EPOCH + 100.0
MOMENT = "2026-09-21T14:14:20.000Z"  # EPOCH + 60


class Told(Hub):
    """A hub that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(100)
        self.messages: list[Published] = []

    def publish(self, message: Published) -> None:
        self.messages.append(message)
        super().publish(message)


@pytest.fixture
def hub() -> Told:
    return Told()


@pytest.fixture
def database() -> Iterator[RecordedDatabase]:
    database = RecordedDatabase()
    yield database
    database.close()


@pytest.fixture
async def api(hub: Told, database: RecordedDatabase) -> AsyncIterator[httpx.AsyncClient]:
    router = markers_router(FakeService("lobby"), hub, database, hub, clock=lambda: NOW)
    async with api_client(FakeService("lobby"), hub, router) as client:
        yield client


def window(end: float, happiness: float | None, faces: int = 1, stream: str = "lobby") -> Summary:
    """Two seconds that end so long after `EPOCH`, of faces that were so happy and else neutral."""
    scores = None
    if happiness is not None:
        scores = tuple(
            {"happiness": happiness, "neutral": 1 - happiness}.get(emotion, 0.0) for emotion in EMOTIONS
        )
    at = EPOCH + end
    dominant = None if happiness is None else "happiness" if happiness > 0.5 else "neutral"
    return Summary(
        stream,
        "2s",
        round(end * 2),
        at - 2,
        at,
        0.25,
        20,
        faces,
        1,
        1.0,
        scores,
        scores,
        dominant,
        float(faces),
    )


async def set_marker(api: httpx.AsyncClient, label: str = "joke 3", **rest: Any) -> dict[str, Any]:
    answer = await api.post("/markers", json={"label": label, **rest})
    assert answer.status_code == 201, answer.text
    marker: dict[str, Any] = answer.json()
    return marker


async def test_a_marker_is_recorded_shown_live_and_removed(api: httpx.AsyncClient, hub: Told) -> None:
    answer = await api.post("/markers", json={"label": " joke 3 ", "stream": "lobby"})
    marker = answer.json()
    assert marker["label"] == "joke 3"
    assert marker["at"] == "2026-09-21T14:15:00.000Z"
    assert hub.messages == [Marker(marker["id"], "lobby", NOW, "joke 3")]
    assert answer.headers["location"] == f"/api/v1/markers/{marker['id']}"
    assert (await api.get(f"/markers/{marker['id']}")).json() == marker
    assert (await api.get("/markers")).json() == {"markers": [marker]}
    removed = await api.delete(f"/markers/{marker['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await api.get("/markers")).json() == {"markers": []}
    for method in ("GET", "DELETE"):
        gone = await api.request(method, f"/markers/{marker['id']}")
        assert (gone.status_code, gone.json()["detail"]) == (404, f"There is no marker {marker['id']!r}.")


async def test_a_marker_may_be_of_another_time_and_of_all_streams(api: httpx.AsyncClient) -> None:
    marker = await set_marker(api, at="2026-09-21T16:14:20+02:00")
    assert (marker["at"], marker["stream"]) == (MOMENT, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "label"),
        ({"label": "  "}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"label": "two\nlines"}, "label"),
        ({"label": "nul\0"}, "label"),
        ({"label": "turned \u202e round"}, "label"),
        ({"label": 7}, "label"),
        ({"label": "a", "stream": "nobody"}, "stream"),
        ({"label": "a", "stream": "../etc"}, "stream"),
        ({"label": "a", "at": "2026-09-23T14:15:00Z"}, "at"),
        ({"label": "a", "at": "1969-09-23T14:15:00Z"}, "at"),
        ({"label": "a", "at": "2026-09-21T14:15:00"}, "at"),
        ({"label": "a", "colour": "red"}, "colour"),
    ],
)
async def test_a_marker_that_cannot_be_names_the_field(
    api: httpx.AsyncClient, hub: Told, body: dict[str, Any], field: str
) -> None:
    refused = await api.post("/markers", json=body)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert hub.messages == []


async def test_a_stream_of_the_past_may_be_marked(api: httpx.AsyncClient, database: RecordedDatabase) -> None:
    await database.record([window(10, 0.5, stream="gone")])
    assert (await set_marker(api, stream="gone"))["stream"] == "gone"


async def test_markers_are_listed_by_stream_label_and_time(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    await database.record([window(10, 0.5, stream="door")])
    for number, (label, stream) in enumerate((("joke", "lobby"), ("ad", "door"), ("joke", None))):
        await set_marker(api, label, stream=stream, at=f"2026-09-21T14:14:0{number}Z")

    async def listed(**query: str) -> list[str]:
        markers = (await api.get("/markers", params=query)).json()["markers"]
        return [f"{marker['label']}@{marker['stream']}" for marker in markers]

    assert await listed() == ["joke@None", "ad@door", "joke@lobby"]
    assert await listed(order="oldest", limit="1") == ["joke@lobby"]
    assert await listed(stream="lobby") == ["joke@None", "joke@lobby"]
    assert await listed(label="joke", stream="door") == ["joke@None"]
    assert await listed(since="2026-09-21T14:14:00Z", until="2026-09-21T14:14:01Z") == ["ad@door"]
    page = (await api.get("/markers", params={"limit": 2})).json()
    rest = (await api.get("/markers", params={"limit": 2, "cursor": page["nextCursor"]})).json()
    assert [marker["label"] for marker in rest["markers"]] == ["joke"]
    rows = csv.DictReader(io.StringIO((await api.get("/markers", params={"format": "csv"})).text))
    assert [row["label"] for row in rows] == ["joke", "ad", "joke"]


async def test_scores_around_a_marker_are_those_before_and_after(
    api: httpx.AsyncClient, hub: Told, database: RecordedDatabase
) -> None:
    #   ends     51   53.5  60 | 61    62.5  70   70.5        the marker is at 60
    #   counts     no  yes yes | no(*)  yes  yes   no         (*) it reaches over the marker
    await database.record(
        [window(51, 0.9), window(53.5, 0.2, faces=3), window(60, 0.6), window(61, 0.0), window(62.5, 0.8)]
    )
    hub.publish(window(70, None, faces=0))  # not recorded yet
    hub.publish(window(70.5, 0.0))
    marker = await set_marker(api, stream="lobby", at=MOMENT)
    scores = (await api.get(f"/markers/{marker['id']}/scores")).json()
    assert scores["marker"] == marker
    assert (scores["stream"], scores["window"]) == ("lobby", "2s")
    assert (scores["before"]["windows"], scores["after"]["windows"]) == (2, 2)
    assert scores["before"]["windowMeanScores"]["happiness"] == pytest.approx(0.3)  # three faces to one
    assert scores["after"]["windowMeanScores"]["happiness"] == pytest.approx(0.8)
    assert scores["difference"]["happiness"] == pytest.approx(0.5)
    assert scores["difference"]["neutral"] == pytest.approx(-0.5)
    assert [moment["offset"] for moment in scores["series"]] == [-9.0, -6.5, 0.0, 1.0, 2.5, 10.0]
    assert scores["series"][-1]["windowMeanScores"] is None
    assert "historyError" not in scores


async def test_nobody_on_one_side_leaves_no_difference(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    await database.record([window(59, 0.5)])
    marker = await set_marker(api, at=MOMENT)
    scores = (await api.get(f"/markers/{marker['id']}/scores", params={"stream": "lobby"})).json()
    assert scores["after"] == {
        "windows": 0,
        "coverage": 0.0,
        "windowMeanScores": None,
        "windowFaceDistribution": None,
    }
    assert scores["difference"] is None


async def test_all_markers_of_a_label_are_taken_together(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    await database.record(
        [window(18, 0.2), window(23, 0.6), window(58, 0.4), window(63, 0.6), window(95, 0.9)]
    )
    for second in ("13:40", "14:20", "14:50"):  # 20 s, 60 s and 90 s: before the last, nothing
        await set_marker(api, "joke", stream="lobby", at=f"2026-09-21T14:{second}Z")
    await set_marker(api, "ad", stream="lobby", at=MOMENT)
    scores = (await api.get("/markers/scores", params={"label": "joke"})).json()
    assert (scores["markers"], scores["counted"], scores["window"]) == (3, 2, "2s")
    assert scores["before"]["happiness"] == pytest.approx(0.3)
    assert scores["after"]["happiness"] == pytest.approx(0.6)
    assert scores["difference"]["happiness"] == pytest.approx(0.3)
    none = (await api.get("/markers/scores", params={"label": "song"})).json()
    assert (none["markers"], none["difference"]) == (0, None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "stream"),
        ({"stream": "nobody"}, "stream"),
        ({"stream": "lobby", "window": "9s"}, "window"),
        ({"stream": "lobby", "before": "1"}, "before"),
        ({"stream": "lobby", "window": "60s"}, "before"),
        ({"stream": "lobby", "after": "-1"}, "after"),
        ({"stream": "lobby", "after": "901"}, "after"),
        ({"stream": "lobby", "after": "inf"}, "after"),
    ],
)
async def test_scores_that_cannot_be_asked_for_name_the_field(
    api: httpx.AsyncClient, query: dict[str, str], field: str
) -> None:
    marker = await set_marker(api)
    refused = await api.get(f"/markers/{marker['id']}/scores", params=query)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_without_its_database_no_marker_is_set_and_none_is_shown(
    api: httpx.AsyncClient, hub: Told, database: RecordedDatabase
) -> None:
    database.fails = True
    for answer in (
        await api.post("/markers", json={"label": "joke"}),
        await api.get("/markers"),
        await api.get("/markers/mrk_a/scores"),
        await api.get("/markers/scores", params={"label": "joke"}),
        await api.delete("/markers/mrk_a"),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (503, "The database is gone.")
    assert hub.messages == []
