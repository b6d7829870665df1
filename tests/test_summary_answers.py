"""The summaries of streams over REST: from memory, from what was recorded, and from both as one."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from aggregation.summary import Summary
from tests.recorded import RecordedDatabase, api_client, varied
from tests.web_service import EPOCH, FakeService, summary
from web import summary_answers
from web.hub import Hub
from web.messages import summary_json
from web.summaries import summaries_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import httpx

LOBBY = "/streams/lobby/summaries"


def at(seconds: float) -> str:
    return (datetime.fromtimestamp(EPOCH, UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def hub() -> Hub:
    return Hub(100)


@pytest.fixture
def database() -> Iterator[RecordedDatabase]:
    database = RecordedDatabase()
    yield database
    database.close()


@pytest.fixture
async def api(hub: Hub, database: RecordedDatabase) -> AsyncIterator[httpx.AsyncClient]:
    service = FakeService("lobby")
    router = summaries_router(service, hub, database, clock=lambda: EPOCH + 86400.0)
    async with api_client(service, hub, router) as client:
        yield client


async def numbers(api: httpx.AsyncClient, **query: Any) -> list[int]:
    answer = await api.get(LOBBY, params=query)
    assert answer.status_code == 200, answer.text
    return [entry["sequence"] for entry in answer.json()["summaries"]]


async def test_history_is_the_newest_of_the_first_window_oldest_first(
    api: httpx.AsyncClient, hub: Hub
) -> None:
    for sequence in range(1, 9):
        hub.publish(summary(sequence, window="2s" if sequence % 2 else "60s"))
    answer = await api.get("/streams/lobby/summaries", params={"limit": 3})
    assert answer.headers["content-type"] == "application/json"
    assert [entry["sequence"] for entry in answer.json()["summaries"]] == [3, 5, 7]
    other = await api.get("/streams/lobby/summaries", params={"window": "60s"})
    assert [entry["sequence"] for entry in other.json()["summaries"]] == [2, 4, 6, 8]


async def test_history_since_and_until_meet_without_overlap(api: httpx.AsyncClient, hub: Hub) -> None:
    for sequence in range(1, 9):
        hub.publish(summary(sequence))
    middle = "2026-09-21T14:13:22.000Z"  # where number 4 ends
    early = await api.get("/streams/lobby/summaries", params={"until": middle})
    late = await api.get("/streams/lobby/summaries", params={"since": middle})
    assert [entry["sequence"] for entry in early.json()["summaries"]] == [1, 2, 3, 4]
    assert [entry["sequence"] for entry in late.json()["summaries"]] == [5, 6, 7, 8]


async def test_history_says_null_where_no_face_was(api: httpx.AsyncClient, hub: Hub) -> None:
    hub.publish(Summary("lobby", "2s", 1, EPOCH - 2, EPOCH, 0.25, 20, 0, 0, 1.0, None, None, None))
    entry = (await api.get("/streams/lobby/summaries")).json()["summaries"][0]
    assert entry["windowMeanScores"] is None
    assert entry["windowFaceDistribution"] is None
    assert entry["dominant"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"window": "9s"}, "window"),
        ({"window": ""}, "window"),
        ({"limit": "0"}, "limit"),
        ({"limit": "3601"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-09-21T14:13:22"}, "until"),
    ],
)
async def test_history_that_cannot_be_asked_for_names_the_field(
    api: httpx.AsyncClient, query: dict[str, str], field: str
) -> None:
    refused = await api.get("/streams/lobby/summaries", params=query)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_an_unknown_window_is_answered_with_those_there_are(api: httpx.AsyncClient) -> None:
    refused = await api.get("/streams/lobby/summaries", params={"window": "9s"})
    assert refused.json()["detail"] == "There is no window '9s'; there are 2s, 60s."


async def test_what_left_memory_with_its_stream_is_answered_from_the_history(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    hub.publish(summary(1))
    hub.forget("lobby")
    assert (await api.get(LOBBY)).json() == {"summaries": []}
    assert (await api.get("/streams/nobody/summaries")).status_code == 404
    await database.record(varied(3, "gone"))
    gone = (await api.get("/streams/gone/summaries")).json()
    assert [entry["sequence"] for entry in gone["summaries"]] == [1, 2, 3]


async def test_memory_and_history_say_the_same_of_a_summary(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    given = varied(50)
    await database.record(given)
    recorded = (await api.get(LOBBY)).text
    for each in given:
        hub.publish(each)
    database.fails = True
    remembered = (await api.get(LOBBY, params={"limit": 50})).text
    assert recorded == remembered.replace(',"historyError":"The database is gone."', "")
    assert json.loads(recorded)["summaries"] == [summary_json(each) for each in given]


async def test_what_memory_lacks_is_completed_from_the_history(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    #   recorded  1 2 3 4 5 6 7 8
    #   memory              6 7 8 9 10     9 and 10 wait to be recorded
    given = varied(10)
    await database.record(given[:8])
    for each in given[5:]:
        hub.publish(each)
    assert await numbers(api) == list(range(1, 11))
    assert await numbers(api, limit=6) == [5, 6, 7, 8, 9, 10]
    assert await numbers(api, limit=3) == [8, 9, 10]
    assert await numbers(api, since=at(1.0), until=at(4.5)) == [3, 4, 5, 6, 7, 8, 9]


async def test_pages_hold_each_summary_once_while_new_ones_come(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    given = varied(40)
    await database.record(given[:30])
    for each in given[25:35]:
        hub.publish(each)
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 7}
    for new in range(35, 45):
        page = (await api.get(LOBBY, params=query)).json()
        seen = [entry["sequence"] for entry in page["summaries"]] + seen
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
        if new < 40:
            hub.publish(given[new])
    assert seen == list(range(1, 36))


async def test_two_summaries_of_the_same_end_are_on_two_pages_and_not_lost(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    first, second, third = varied(3)
    twin = Summary(*[getattr(second, name) for name in second.__slots__])
    object.__setattr__(twin, "sequence", 9)
    await database.record([first, second, twin, third])
    seen: list[int] = []
    query: dict[str, Any] = {"limit": 1}
    for _ in range(4):
        page = (await api.get(LOBBY, params=query)).json()
        seen.insert(0, page["summaries"][0]["sequence"])
        query["cursor"] = page.get("nextCursor")
    assert seen == [1, 2, 9, 3]
    assert query["cursor"] is None


async def test_without_its_database_memory_is_answered_and_the_reason_said(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    database.fails = True
    hub.publish(summary(1))
    answer = (await api.get(LOBBY)).json()
    assert [entry["sequence"] for entry in answer["summaries"]] == [1]
    assert answer["historyError"] == "The database is gone."
    steps = (await api.get(LOBBY, params={"step": 60})).json()
    assert (len(steps["steps"]), steps["historyError"]) == (1, "The database is gone.")
    lines = await api.get(LOBBY, params={"format": "ndjson"})
    assert (len(lines.text.splitlines()), lines.headers["history-error"]) == (1, "The database is gone.")
    gone = await api.get("/streams/gone/summaries")
    assert (gone.status_code, gone.json()["detail"]) == (503, "The database is gone.")


async def test_a_window_of_the_past_can_be_asked_and_one_that_never_was_is_told(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    await database.record(varied(2, window="9s"))
    assert await numbers(api, window="9s") == [1, 2]
    refused = await api.get(LOBBY, params={"window": "10s"})
    assert refused.json()["detail"] == "There is no window '10s'; there are 2s, 60s, 9s."
    await database.record(varied(2, "gone", window="9s"))
    assert len((await api.get("/streams/gone/summaries")).json()["summaries"]) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": at(10), "until": at(5)}, "since"),
        ({"step": "0"}, "step"),
        ({"step": "nan"}, "step"),
        ({"step": "3000000"}, "step"),
        ({"step": "10", "since": at(0), "until": at(86400)}, "step"),
        ({"step": "10", "since": at(0)}, "step"),
        ({"cursor": "yesterday"}, "cursor"),
        ({"cursor": "5.evt_a"}, "cursor"),
        ({"cursor": "5.5", "format": "csv"}, "cursor"),
        ({"format": "xml"}, "format"),
    ],
)
async def test_what_cannot_be_asked_names_the_field(
    api: httpx.AsyncClient, query: dict[str, str], field: str
) -> None:
    refused = await api.get(LOBBY, params=query)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_a_step_too_small_for_its_range_is_told_which_would_do(api: httpx.AsyncClient) -> None:
    query = {"step": "10", "since": at(0), "until": at(86400)}
    refused = (await api.get(LOBBY, params=query)).json()["detail"]
    assert refused.startswith("The range holds 8640 steps of 10 s, and one answer 3600: take 24 s or more")
    for more in ({"step": "24"}, {"limit": "5"}, {"format": "ndjson"}):
        assert (await api.get(LOBBY, params={**query, **more})).status_code == 200


async def test_steps_reach_from_the_history_into_memory_and_are_paged_backwards(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary_answers, "PORTION", 7)
    monkeypatch.setattr(summary_answers, "LARGE", 7)
    given = varied(60)  # half a minute: three steps of ten seconds
    await database.record(given[:50])
    for each in given[40:]:
        hub.publish(each)
    whole = (await api.get(LOBBY, params={"step": 10})).json()
    assert "nextCursor" not in whole
    assert [step["windows"] for step in whole["steps"]] == [20, 20, 20]
    assert [step["start"][11:19] for step in whole["steps"]] == ["14:13:20", "14:13:30", "14:13:40"]
    newest = (await api.get(LOBBY, params={"step": 10, "limit": 2})).json()
    assert newest["steps"] == whole["steps"][1:]
    rest = (await api.get(LOBBY, params={"step": 10, "limit": 2, "cursor": newest["nextCursor"]})).json()
    assert rest == {"steps": whole["steps"][:1]}


async def test_the_newest_page_of_steps_skips_what_was_not_recorded(
    api: httpx.AsyncClient, database: RecordedDatabase
) -> None:
    await database.record([*varied(4), *varied(4, first=2000)])
    newest = (await api.get(LOBBY, params={"step": 1, "limit": 3})).json()
    older = (await api.get(LOBBY, params={"step": 1, "limit": 3, "cursor": newest["nextCursor"]})).json()
    assert [step["windows"] for step in newest["steps"] + older["steps"]] == [1, 2, 1, 2, 2]
    assert "nextCursor" not in older


async def test_pages_of_steps_go_on_over_empty_ones_and_in_memory_without_a_database(
    api: httpx.AsyncClient, hub: Hub, database: RecordedDatabase
) -> None:
    given = [*varied(20), *varied(20, first=2001)]  # ten seconds each, a quarter of an hour apart
    for each in given:
        hub.publish(each)
    for database.fails in (False, True):
        seen: list[int] = []
        query: dict[str, Any] = {"step": 5, "limit": 1}
        for _ in range(9):
            page = (await api.get(LOBBY, params=query)).json()
            seen += [step["windows"] for step in page["steps"]]
            assert page["steps"]
            if "nextCursor" not in page:
                break
            query["cursor"] = page["nextCursor"]
        assert "nextCursor" not in page
        assert seen == [10, 10, 10, 10]
        assert page.get("historyError") == ("The database is gone." if database.fails else None)


async def test_a_format_may_be_named_or_accepted(api: httpx.AsyncClient, database: RecordedDatabase) -> None:
    await database.record(varied(3))
    for query, accept, expected in (
        ({}, "*/*", "application/json"),
        ({}, "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ({}, "text/csv", "text/csv; charset=utf-8"),
        ({}, "text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ({}, "application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ({"format": "json"}, "text/csv", "application/json"),
        ({"format": "csv"}, "application/json", "text/csv; charset=utf-8"),
    ):
        answer = await api.get(LOBBY, params=query, headers={"accept": accept})
        assert answer.headers["content-type"] == expected, accept


@pytest.fixture
async def whole(hub: Hub, database: RecordedDatabase, monkeypatch: pytest.MonkeyPatch) -> list[Summary]:
    """Thirty summaries, some recorded, some in memory, read in portions of seven."""
    monkeypatch.setattr(summary_answers, "PORTION", 7)
    monkeypatch.setattr(summary_answers, "LARGE", 7)
    given = varied(30)
    await database.record(given[:25])
    for each in given[20:]:
        hub.publish(each)
    return given


async def test_lines_are_the_live_messages(api: httpx.AsyncClient, whole: list[Summary]) -> None:
    answer = await api.get(LOBBY, params={"format": "ndjson"})
    assert answer.headers["content-disposition"] == 'attachment; filename="lobby-2s.ndjson"'
    assert [json.loads(line) for line in answer.text.splitlines()] == [summary_json(each) for each in whole]
    newest = await api.get(LOBBY, params={"format": "ndjson", "limit": 4})
    assert newest.text.splitlines() == answer.text.splitlines()[-4:]


async def test_a_table_has_a_row_for_each_summary(api: httpx.AsyncClient, whole: list[Summary]) -> None:
    rows = list(csv.DictReader(io.StringIO((await api.get(LOBBY, params={"format": "csv"})).text)))
    documents = [summary_json(each) for each in whole]
    assert [int(row["sequence"]) for row in rows] == [each.sequence for each in whole]
    for row, document in zip(rows, documents, strict=True):
        mean = document["windowMeanScores"]
        assert row["end"] == document["end"]
        assert row["dominant"] == (document["dominant"] or "")
        assert row["mean_happiness"] == (str(mean["happiness"]) if isinstance(mean, dict) else "")


async def test_parquet_has_typed_columns(api: httpx.AsyncClient, whole: list[Summary]) -> None:
    answer = await api.get(LOBBY, params={"format": "parquet"})
    table = pq.read_table(io.BytesIO(answer.content))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["end"], types["share_fear"]) == ("timestamp[ms, tz=UTC]", "float")
    assert (types["faces"], types["stream"]) == ("int64", "string")
    rows = table.to_pylist()
    assert [row["end"].timestamp() for row in rows] == [each.end for each in whole]
    for row, each in zip(rows, whole, strict=True):
        assert (row["mean_anger"] is None) == (each.mean_scores is None)
        if each.mean_scores:
            assert row["mean_anger"] == pytest.approx(each.mean_scores[0], abs=1e-4)


async def test_the_emotion_api_s_form_has_an_event_for_each_window(
    api: httpx.AsyncClient, whole: list[Summary]
) -> None:
    result = (await api.get(LOBBY, params={"format": "emotion-api"})).json()
    assert (result["version"], result["timescale"], result["offset"]) == (1, 1000, 0)
    assert result["startDateTime"] == "2026-09-21T14:13:19.500Z"  # the middle of the first window
    events = [event for fragment in result["fragments"] for event in fragment["events"]]
    assert len(events) == len(whole)
    assert set(events[6][0]["windowMeanScores"].values()) == {0.0}
    assert sum(events[0][0]["windowMeanScores"].values()) == pytest.approx(1.0)


async def test_steps_come_in_every_form(api: httpx.AsyncClient, whole: list[Summary]) -> None:
    pages = (await api.get(LOBBY, params={"step": 5})).json()["steps"]
    assert sum(step["windows"] for step in pages) == len(whole)
    lines = await api.get(LOBBY, params={"step": 5, "format": "ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == pages
    assert lines.headers["content-disposition"] == 'attachment; filename="lobby-2s-5s.ndjson"'
    rows = list(csv.DictReader(io.StringIO((await api.get(LOBBY, params={"step": 5, "format": "csv"})).text)))
    assert [row["start"] for row in rows] == [step["start"] for step in pages]
    table = pq.read_table(io.BytesIO((await api.get(LOBBY, params={"step": 5, "format": "parquet"})).content))
    assert table.num_rows == len(pages)
    result = (await api.get(LOBBY, params={"step": 5, "format": "emotion-api"})).json()
    assert result["startDateTime"] == pages[0]["start"]
    assert [fragment["interval"] for fragment in result["fragments"]] == [5000]


async def test_a_file_that_loses_its_database_is_broken_off(
    api: httpx.AsyncClient,
    database: RecordedDatabase,
    whole: list[Summary],  # noqa: ARG001 - what is read
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    read = database.read

    async def once(query: Any) -> Any:
        answer = await read(query)
        database.fails = isinstance(answer, tuple)  # after the first portion
        return answer

    monkeypatch.setattr(database, "read", once)
    with pytest.raises(AssertionError):  # httpx's way to say that the answer never ended
        await api.get(LOBBY, params={"format": "ndjson"})
    assert "the answer lobby-2s was broken off: The database is gone." in caplog.text


async def test_questions_at_once_do_not_disturb_each_other(
    api: httpx.AsyncClient, whole: list[Summary]
) -> None:
    query = {"format": "ndjson"}
    answers = await asyncio.gather(*(api.get(LOBBY, params=query) for _ in range(5)))
    assert {len(answer.text.splitlines()) for answer in answers} == {len(whole)}
