"""The newest events of each rule, read back after a restart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert

from aggregation.event import Event, Evidence
from tests.history_database import MemoryDatabase
from web.history.restoring import newest_events
from web.history.schema import events
from web.messages import encode, event_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

import pytest

AT = 1_790_000_000.0
EVENT = Event(
    id="evt_1",
    stream="lobby",
    rule="laughing",
    name="emotion.threshold.started",
    phase="started",
    at=AT + 0.123456,
    sequence=12,
    before=0.25,
    after=0.75,
    window="2s",
    thresholds={"enter": 0.6, "exit": 0.4},
    evidence=(Evidence(AT, 11, 0.5, 20, 1.0), Evidence(AT + 0.5, 12, 0.75, 20, 1.0)),
    details={"measure": "mean"},
)


@pytest.fixture
def database() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


async def _newest_of(database: MemoryDatabase, *written: Event) -> Mapping[str, list[Event]]:
    def write(connection: Connection) -> None:
        for event in written:
            connection.execute(
                insert(events).values(
                    id=event.id,
                    stream=event.stream,
                    rule=event.rule,
                    name=event.name,
                    at=round(event.at * 1e6),
                    sequence=event.sequence,
                    document=encode(event_json(event)),
                )
            )

    await database.write(write)
    return await database.read(newest_events)


async def test_an_event_is_read_back_as_it_was(database: MemoryDatabase) -> None:
    assert await _newest_of(database, EVENT) == {"lobby": [EVENT]}


async def test_of_each_rule_of_each_stream_the_newest_is_read(database: MemoryDatabase) -> None:
    ended = replace(EVENT, id="evt_2", at=AT + 5, phase="ended", started="evt_1", duration=4.9)
    other = replace(EVENT, id="evt_3", rule="happy")
    elsewhere = replace(EVENT, id="evt_4", stream="hall")
    of_the_service = replace(EVENT, id="evt_5", stream=None, rule=None, name="hook.disabled")
    read = await _newest_of(database, EVENT, ended, other, elsewhere, of_the_service)
    assert read == {"hall": [elsewhere], "lobby": [other, ended]}


async def test_of_a_rule_that_looks_at_faces_the_newest_of_each_face_is_read(
    database: MemoryDatabase,
) -> None:
    first = replace(EVENT, id="evt_1", track=1)
    second = replace(EVENT, id="evt_2", track=2, at=AT + 1)
    left = replace(second, id="evt_3", phase="ended", at=AT + 2, started="evt_2", reason="left")
    read = await _newest_of(database, first, second, left)
    assert {event.track: event.id for event in read["lobby"]} == {1: "evt_1", 2: "evt_3"}
