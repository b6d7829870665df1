"""What is too old goes, in steps; what waits for delivery stays; the file becomes shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, select

from aggregation import Window
from tests.history_summaries import BEGAN, WINDOWS, summaries
from tests.test_store import kept
from tests.virtual_clock import run_virtual
from web.history import compaction
from web.history.keep import Keep
from web.history.maintenance import Maintenance
from web.history.retention import forget_empty_series, prune
from web.history.schema import deliveries, events, markers, metadata, outbox, series
from web.history.summaries import read_summaries
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

DAY = 86_400
KEEP = Keep(summaries=1, events=10, markers=20, deliveries=5)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


def pruned(connection: Connection, day: float, keep: Keep = KEEP) -> None:
    while prune(connection, keep, BEGAN + day * DAY):
        pass


def ids(connection: Connection, table: Table) -> list[object]:
    return list(connection.execute(select(table.c.id)).scalars())


def add_event(connection: Connection, name: str, state: str | None = None) -> None:
    at = BEGAN * 1_000_000
    row = {"id": name, "stream": "lobby", "name": "x", "at": at, "sequence": 1, "document": "{}"}
    connection.execute(insert(events).values(row))
    if state is not None:
        wait = {"hook": "h", "event": name, "stream": "lobby", "event_at": at, "state": state}
        connection.execute(insert(outbox).values(**wait, next_at=at, created=at))


def test_each_kind_is_kept_for_as_long_as_is_said(connection: Connection) -> None:
    at = BEGAN * 1_000_000
    add_event(connection, "evt_1", "delivered")
    connection.execute(insert(markers).values(id="m", at=at, label="x"))
    tried = {"hook": "h", "event": "evt_1", "attempt": 1, "at": at, "seconds": 0.1, "outcome": "delivered"}
    connection.execute(insert(deliveries).values(tried))
    tables = (deliveries, outbox, events, markers)
    for day, left in ((4.9, (1, 1, 1, 1)), (5.1, (0, 0, 1, 1)), (10.1, (0, 0, 0, 1)), (20.1, (0, 0, 0, 0))):
        pruned(connection, day)
        assert tuple(len(ids(connection, table)) for table in tables) == left, day


def test_what_waits_for_delivery_is_kept_with_its_event(connection: Connection) -> None:
    add_event(connection, "evt_waits", "waiting")
    add_event(connection, "evt_failed", "failed")
    add_event(connection, "evt_alone")
    pruned(connection, 400)
    assert ids(connection, events) == ["evt_waits"]
    assert len(ids(connection, outbox)) == 1


def test_blocks_and_tail_go_when_all_in_them_is_too_old(connection: Connection) -> None:
    appender = Appender(WINDOWS)
    for first in (1, 7201, 14401):
        appender.append(connection, summaries(7200, first=first))
        planned = compaction.plan(connection)
        assert planned is not None
        compaction.apply(connection, planned)
    appender.append(connection, summaries(10, "hall"))
    pruned(connection, 1 + 1.5 / 24)  # the first hour is too old now, and half of the second
    left = read_summaries(connection, "lobby", "2s", 0, 2**60)
    assert left["sequence"][0] == 7201
    assert len(read_summaries(connection, "hall", "2s", 0, 2**60)) == 0
    assert len(ids(connection, series)) == 2
    forget_empty_series(connection)
    assert len(ids(connection, series)) == 1


def test_slow_windows_are_kept_hardly_longer_than_is_said(connection: Connection) -> None:
    slow = Window("5m", 300.0, 60.0)
    appender = Appender([slow])
    made = summaries(3 * 1440, window=slow)  # three days, compacted every quarter of an hour
    for first in range(0, len(made), 15):
        appender.append(connection, made[first : first + 15])
        planned = compaction.plan(connection)
        assert planned is not None
        compaction.apply(connection, planned)
    pruned(connection, 3)
    left = read_summaries(connection, "lobby", "5m", 0, 2**60)
    assert len(left) >= 1440
    assert left["end"][0] / 1e6 >= BEGAN + 2 * DAY - 2.1 * 3600


def test_a_tail_from_before_and_after_a_long_rest_becomes_two_blocks(connection: Connection) -> None:
    early, late = summaries(5), summaries(5, first=7 * 7200)
    Appender(WINDOWS).append(connection, [*early, *late])
    planned = compaction.plan(connection)
    assert planned is not None
    assert [row["count"] for row in planned.made] == [5, 5]


def test_a_step_deletes_only_so_much(connection: Connection) -> None:
    for number in range(1200):
        add_event(connection, f"evt_{number}")
    assert [prune(connection, KEEP, BEGAN + 11 * DAY) for _ in range(4)] == [500, 500, 200, 0]


def test_a_round_makes_the_file_shorter_once_much_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    def size() -> int:
        return path.stat().st_size

    async def scenario() -> tuple[int, int]:
        async with kept(str(path), Keep(36500, 36500, 36500, 36500)) as store:
            await store.write(_much)
            before = size()
            await Maintenance(store, Keep(events=1)).round()
        return before, size()

    before, after = run_virtual(scenario())
    assert before > 12_000_000
    assert after < 10_000_000


def _much(connection: Connection) -> None:
    row = {"stream": "lobby", "name": "x", "at": BEGAN * 1_000_000, "sequence": 1, "document": "x" * 10_000}
    connection.execute(insert(events), [{"id": f"evt_{number}", **row} for number in range(1500)])
