"""The store, over real files and a real PostgreSQL: what is written is read, and what fails comes back."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.history_summaries import WINDOWS, shown, summaries
from tests.postgres import lacking, postgres
from tests.virtual_clock import run_virtual
from web.history.database import HistoryUnavailableError
from web.history.file import HistoryFile
from web.history.keep import Keep
from web.history.schema import definitions
from web.history.store import ROOM, Store
from web.history.summaries import read_summaries, to_summaries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from aggregation.summary import Summary
    from tests.postgres import Postgres

EVER = (0, 2**60)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    if (reason := lacking()) is not None:
        pytest.skip(reason)
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "state" / "history.db")
    running: Postgres = request.getfixturevalue("server")
    return running.create(tmp_path.name)


@asynccontextmanager
async def kept(address: str, keep: Keep | None = None) -> AsyncIterator[Store]:
    """A store that runs; what it has is written at the end."""
    store = Store(address, keep or Keep(), WINDOWS)
    task = asyncio.create_task(store.run())
    try:
        yield store
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def recorded(store: Store, stream: str = "lobby", window: str = "2s") -> list[Summary]:
    rows = await store.read(lambda connection: read_summaries(connection, stream, window, *EVER))
    return to_summaries(rows, stream, window)


def defining(name: str) -> Callable[[Connection], str]:
    def define(connection: Connection) -> str:
        connection.execute(insert(definitions).values(kind="rule", id=name, document="{}"))
        return name

    return define


async def names(store: Store) -> list[str]:
    return await store.read(lambda connection: list(connection.execute(select(definitions.c.id)).scalars()))


def delete_all(folder: Path) -> None:
    for each in folder.glob("history.db*"):
        each.unlink()


async def became(store: Store, state: str) -> None:
    while store.condition.state != state:  # noqa: ASYNC110 - as a person would look
        await asyncio.sleep(0.001)  # a state may not last long


def test_summaries_come_back_as_the_live_interface_showed_them(address: str) -> None:
    given = summaries(300)

    async def scenario() -> list[Summary]:
        async with kept(address) as store:
            for summary in given:
                store.add(summary)
            await asyncio.sleep(2)
            return await recorded(store)

    assert [shown(each) for each in run_virtual(scenario())] == [shown(each) for each in given]


def test_what_was_not_written_yet_is_written_as_the_service_ends(address: str) -> None:
    async def scenario() -> tuple[int, int]:
        async with kept(address) as store:
            await became(store, "running")
            for summary in summaries(50):
                store.add(summary)
        async with kept(address) as again:
            return len(await recorded(again)), await again.last_sequence("lobby")

    assert run_virtual(scenario()) == (50, 50)


def test_after_a_crash_room_is_left_for_what_was_sent_and_not_written(address: str) -> None:
    async def scenario() -> int:
        crashed = Store(address, Keep(), WINDOWS)
        running = asyncio.create_task(crashed.run())
        for summary in summaries(50):
            crashed.add(summary)
        await asyncio.sleep(3)
        crashed._writer.end = lambda: None  # type: ignore[method-assign]  # noqa: SLF001 - as a killed process does
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        async with kept(address) as again:
            return await again.last_sequence("lobby")

    assert run_virtual(scenario()) == 50 + ROOM


def test_a_change_that_is_refused_leaves_nothing_and_does_not_harm_another(address: str) -> None:
    async def scenario() -> tuple[list[str | BaseException], list[str]]:
        async with kept(address) as store:
            await store.write(defining("a"))
            answers = await asyncio.gather(
                *(store.write(defining(name)) for name in ("b", "a", "c")), return_exceptions=True
            )
            return answers, await names(store)

    answers, there = run_virtual(scenario())
    assert answers[0] == "b"
    assert isinstance(answers[1], IntegrityError)
    assert answers[2] == "c"
    assert sorted(there) == ["a", "b", "c"]


def test_summaries_of_no_days_are_not_recorded(address: str) -> None:
    async def scenario() -> int:
        async with kept(address, Keep(summaries=0)) as store:
            for summary in summaries(10):
                store.add(summary)
            await asyncio.sleep(2)
            return len(await recorded(store))

    assert run_virtual(scenario()) == 0


def test_of_two_services_on_one_database_one_writes_and_the_other_says_why_not(address: str) -> None:
    async def scenario() -> str | None:
        async with kept(address) as first:
            await became(first, "running")
            async with kept(address) as second:
                await became(second, "failing")
                with pytest.raises(HistoryUnavailableError):
                    await second.write(defining("x"))
                return second.condition.error

    said = run_virtual(scenario())
    assert said is not None
    assert said.startswith("Another service writes this history (process ")
    assert said.endswith("Until that service ends, nothing that waits here is written.")


def test_the_other_service_takes_over_once_the_first_has_ended(address: str) -> None:
    async def scenario() -> int:
        async with kept(address) as first:
            await became(first, "running")
            second = Store(address, Keep(), WINDOWS)
            running = asyncio.create_task(second.run())
            await became(second, "failing")
            for summary in summaries(20):
                second.add(summary)
        await became(second, "running")
        try:
            return len(await recorded(second))
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    assert run_virtual(scenario()) == 20


def test_a_postgresql_that_stops_and_starts_again_gets_what_waited(server: Postgres, tmp_path: Path) -> None:
    address = server.create(tmp_path.name)

    async def scenario() -> tuple[str | None, int, list[Summary]]:
        async with kept(address) as store:
            for summary in summaries(10):
                store.add(summary)
            await asyncio.sleep(3)
            server.stop()
            try:
                for summary in summaries(10, first=11):
                    store.add(summary)
                await became(store, "failing")
                with pytest.raises(HistoryUnavailableError):
                    await recorded(store)
                said, waiting = store.condition.error, store.condition.waiting
            finally:
                server.start()
            await became(store, "running")
            return said, waiting, await recorded(store)

    said, waiting, there = run_virtual(scenario())
    assert said
    assert waiting == 10
    assert [summary.sequence for summary in there] == list(range(1, 21))


def test_what_waits_while_a_file_is_locked_is_written_when_it_is_free(tmp_path: Path) -> None:
    address = str(tmp_path / "history.db")

    async def scenario() -> tuple[str | None, list[Summary]]:
        async with kept(address) as store:
            await became(store, "running")
            other = sqlite3.connect(address, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            for summary in summaries(5):
                store.add(summary)
            await became(store, "failing")
            said = store.condition.error
            assert await names(store) == []  # what is there can be read all the while
            other.execute("ROLLBACK")
            other.close()
            await became(store, "running")
            return said, await recorded(store)

    said, there = run_virtual(scenario())
    assert said == "Database is locked."
    assert len(there) == 5


def test_a_full_disk_costs_nothing_that_is_there_and_what_waits_is_written_later(tmp_path: Path) -> None:
    address = str(tmp_path / "history.db")

    async def scenario() -> tuple[str | None, int]:
        async with kept(address) as store:
            for summary in summaries(100):
                store.add(summary)
            await asyncio.sleep(3)
            pages = await store.write(lambda connection: _limit(connection, 0))
            assert pages
            for summary in summaries(2000, first=101):
                store.add(summary)
            await became(store, "failing")
            said = store.condition.error
            await became(store, "running")  # opened anew, the file may grow again
            return said, len(await recorded(store))

    said, count = run_virtual(scenario())
    assert said == "Database or disk is full."
    assert count == 2100


def _limit(connection: Connection, pages: int) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}").scalar_one())


def test_a_damaged_file_is_set_aside_and_a_new_one_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "history.db"
    garbage = b"what somebody's disk made of it " * 500
    path.write_bytes(garbage)

    async def scenario() -> int:
        async with kept(str(path)) as store:
            for summary in summaries(5):
                store.add(summary)
            await became(store, "running")
            return len(await recorded(store))

    assert run_virtual(scenario()) == 5
    (aside,) = tmp_path.glob("history.db.corrupt-*")
    assert aside.read_bytes() == garbage
    assert "set aside" in caplog.text


def test_a_file_that_breaks_while_it_is_written_is_set_aside_too(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def scenario() -> list[int]:
        async with kept(str(path)) as store:
            for summary in summaries(500):
                store.add(summary)
            await asyncio.sleep(3)
        content = bytearray(path.read_bytes())
        content[100:] = b"\xff" * (len(content) - 100)
        path.write_bytes(content)
        async with kept(str(path)) as store:
            for summary in summaries(5, first=501):
                store.add(summary)
            await became(store, "running")
            return [summary.sequence for summary in await recorded(store)]

    assert run_virtual(scenario()) == [501, 502, 503, 504, 505]
    assert len(list(tmp_path.glob("history.db.corrupt-*"))) == 1


def test_a_file_that_is_something_else_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "holiday.mp4"
    path.write_bytes(b"not a database" * 100)

    async def scenario() -> str | None:
        async with kept(str(path)) as store:
            await became(store, "failing")
            return store.condition.error

    said = run_virtual(scenario())
    assert said == f"{path} is not a database: name another file, history.url in the configuration."
    assert path.read_bytes() == b"not a database" * 100


def test_a_file_deleted_under_the_service_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def scenario() -> tuple[str, list[int]]:
        async with kept(str(path)) as store:
            for summary in summaries(5):
                store.add(summary)
            await asyncio.sleep(3)
            delete_all(tmp_path)
            await became(store, "failing")
            said = store.condition.error or ""
            store.add(summaries(1, first=6)[0])
            await became(store, "running")
            return said, [summary.sequence for summary in await recorded(store)]

    said, there = run_virtual(scenario())
    assert "was deleted or replaced" in said
    assert there == [6]


def test_opening_anew_leaves_the_file_locked_for_those_of_the_service_who_read_it(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    command = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM t').fetchall()"
    with closing(sqlite3.connect(path)) as reader:
        reader.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
        file = HistoryFile(path)
        file.take()
        subprocess.run([sys.executable, "-c", command, str(path)], check=True)
        assert path.with_name("history.db-wal").exists()  # the command was not the last to close it
        file.release()


def test_a_log_deleted_under_the_service_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def scenario() -> int:
        async with kept(str(path)) as store:
            for summary in summaries(5):
                store.add(summary)
            await asyncio.sleep(3)
            (tmp_path / "history.db-wal").unlink()
            await became(store, "failing")
            await became(store, "running")
            return len(await recorded(store))

    assert run_virtual(scenario()) == 5


def test_a_place_that_cannot_be_written_is_said_and_the_service_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    async def scenario() -> str | None:
        async with kept(str(tmp_path / "file" / "history.db")) as store:
            store.add(summaries(1)[0])
            await became(store, "failing")
            assert await store.last_sequence("lobby") == 1
            assert await store.last_sequence("hall") == 0
            return store.condition.error

    said = run_virtual(scenario())
    assert said
    assert str(tmp_path / "file") in said


def test_a_history_of_a_newer_version_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def scenario() -> str | None:
        async with kept(str(path)) as store:
            await became(store, "running")
        other = sqlite3.connect(path)
        other.execute("UPDATE meta SET value = '7' WHERE key = 'schema'")
        other.commit()
        other.close()
        async with kept(str(path)) as store:
            await became(store, "failing")
            return store.condition.error

    said = run_virtual(scenario())
    assert said
    assert "form 7" in said
    assert "use that version" in said
