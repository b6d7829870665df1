"""What a damaged history still holds and nobody could make anew is there after it was set aside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from tests.history_summaries import summaries
from tests.test_store import became, kept
from tests.virtual_clock import run_virtual
from web.history.schema import definitions, events, hook_states, markers, outbox

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

EVENTS = 400


def _fill(connection: Connection) -> None:
    connection.execute(insert(definitions).values(kind="rule", id="laughing", document="{}"))
    connection.execute(insert(hook_states).values(hook="lights", failing_since=1))
    connection.execute(insert(markers).values(id="m1", at=1, label="joke"))
    for number in range(EVENTS):
        name, document = f"evt_{number}", f'{{"words": "{"x" * 1000}"}}'
        row = {"id": name, "stream": "lobby", "name": "x", "at": number, "sequence": number}
        connection.execute(insert(events).values(**row, document=document))
        wait = {"hook": "lights", "event": name, "event_at": number, "next_at": 0, "created": 0}
        connection.execute(insert(outbox).values(**wait, state="delivered" if number % 2 else "waiting"))


def _ids(connection: Connection) -> dict[str, list[object]]:
    every = (definitions.c.id, hook_states.c.hook, markers.c.id, events.c.id, outbox.c.event)
    return {str(column.table.name): list(connection.execute(select(column)).scalars()) for column in every}


def spoil(path: Path, words: bytes) -> None:
    """The page in the middle of those that have these words is garbage from now on."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    found = [at for at in range(0, len(content), size) if words in content[at : at + size]]
    at = found[len(found) // 2]
    content[at : at + size] = b"\xff" * size
    path.write_bytes(content)


def test_what_cannot_be_made_anew_is_taken_out_of_a_damaged_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "history.db"

    async def scenario() -> dict[str, list[object]]:
        async with kept(str(path)) as store:
            await store.write(_fill)
            store.add(summaries(1)[0])
            await asyncio.sleep(2)
        spoil(path, b"x" * 1000)
        async with kept(str(path)) as store:
            await became(store, "running")
            with pytest.raises(Exception, match="malformed"):
                await store.write(lambda connection: connection.execute(events.delete()).rowcount)
            await became(store, "failing")
            await became(store, "running")
            return await store.read(_ids)

    found = run_virtual(scenario())
    assert len(list(tmp_path.glob("history.db.corrupt-*Z"))) == 1
    assert (found["definitions"], found["hook_states"], found["markers"]) == (
        ["laughing"],
        ["lights"],
        ["m1"],
    )
    assert EVENTS - 10 <= len(found["events"]) < EVENTS
    assert EVENTS / 2 - 5 <= len(found["outbox"]) < EVENTS / 2
    assert set(found["outbox"]) <= set(found["events"])
    assert "definitions 1, states of hooks 1" in caplog.text
    assert "not all could be read: events" in caplog.text
