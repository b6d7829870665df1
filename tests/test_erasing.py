"""What is erased is gone from every table and from the file's very bytes; what was not meant stays."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from aggregation import microseconds
from semblance.command_line import status
from tests.history_summaries import BEGAN, WINDOWS, summaries
from tests.test_store import address, kept, server  # noqa: F401 - fixtures
from tests.virtual_clock import run_virtual
from web.history.erase_alone import erase_alone
from web.history.erasing import Erased, Erasure
from web.history.keep import Keep
from web.history.maintenance import Maintenance
from web.history.schema import deliveries, events, markers, outbox
from web.history.summaries import read_summaries, streams
from web.messages import utc

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from web.history.store import Store

SECRET = "the words that nobody may find again"
SINCE, UNTIL = BEGAN + 100, BEGAN + 200


def erasure(stream: str = "lobby", since: float = SINCE, until: float = UNTIL) -> Erasure:
    return Erasure(stream, microseconds.from_seconds(since), microseconds.from_seconds(until))


async def fill(store: Store, *, packed: bool) -> None:
    for stream in ("lobby", "hall"):
        for summary in (*summaries(600, stream), *summaries(60, stream, window=WINDOWS[1])):
            store.add(summary)
    await asyncio.sleep(3)
    if packed:
        await Maintenance(store, Keep(36500, 36500, 36500, 36500)).round()
    await store.write(_tell)


def _tell(connection: Connection) -> None:
    """Of each stream an event before, in, and after the range, the last with evidence of it."""
    for stream in ("lobby", "hall"):
        for number, (at, looked) in enumerate(((50, 50), (150, 150), (201, 199), (300, 300))):
            name = f"evt_{stream}_{number}"
            document = f'{{"words": "{SECRET}", "evidence": [{{"end": "{utc(BEGAN + looked)}"}}]}}'
            moment = (BEGAN + at) * 1_000_000
            row = {"id": name, "stream": stream, "name": "x", "at": moment, "sequence": number}
            connection.execute(insert(events).values(**row, document=document))
            wait = {"hook": "h", "event": name, "stream": stream, "event_at": moment, "state": "waiting"}
            connection.execute(insert(outbox).values(**wait, next_at=0, created=0))
            tried = {"hook": "h", "event": name, "attempt": 1, "at": moment, "seconds": 0.1}
            connection.execute(insert(deliveries).values(**tried, outcome="failed", answer=SECRET))
    for name, owner in (("m1", "lobby"), ("m2", "hall"), ("m3", None)):
        at = (BEGAN + 150) * 1_000_000
        connection.execute(insert(markers).values(id=name, stream=owner, at=at, label=SECRET))


def free_pages(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())


def ends(connection: Connection, stream: str, window: str) -> list[float]:
    found = read_summaries(connection, stream, window, 0, 2**60)["end"]
    return [end / 1e6 - BEGAN for end in found.tolist()]


def left(connection: Connection) -> list[str]:
    every = (events.c.id, outbox.c.event, deliveries.c.event, markers.c.id)
    return sorted(name for column in every for name in connection.execute(select(column)).scalars())


LEFT = sorted(
    [
        *(f"evt_lobby_{number}" for number in (0, 3) for _ in range(3)),
        *(f"evt_hall_{number}" for number in range(4) for _ in range(3)),
        "m2",
        "m3",
    ]
)
EXPECTED = Erased(summaries=203 + 31, events=2, outbox=2, deliveries=2, markers=1)


@pytest.mark.parametrize("packed", [False, True])
def test_a_range_of_a_stream_is_erased_and_nothing_else(address: str, packed: bool) -> None:  # noqa: F811
    async def scenario() -> tuple[Erased, list[float], list[float], int, list[str]]:
        async with kept(address) as store:
            await fill(store, packed=packed)
            erased = (await store.erase(erasure())).erased
            return (
                erased,
                await store.read(lambda connection: ends(connection, "lobby", "2s")),
                await store.read(lambda connection: ends(connection, "lobby", "60s")),
                len(await store.read(lambda connection: ends(connection, "hall", "2s"))),
                await store.read(left),
            )

    erased, two, sixty, hall, rest = run_virtual(scenario())
    assert erased == EXPECTED
    # A window that only reaches into the range tells of it too.
    assert two == [0.5 * n for n in range(1, 201)] + [202 + 0.5 * n for n in range(197)]
    assert sixty == [5.0 * n for n in range(1, 21)] + [260.0 + 5 * n for n in range(9)]
    assert hall == 600
    assert rest == LEFT


def test_the_bytes_are_gone_from_the_file_and_its_log(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    def found() -> int:
        return sum(each.read_bytes().count(SECRET.encode()) for each in tmp_path.glob("history.db*"))

    async def scenario() -> tuple[int, int, list[str]]:
        async with kept(str(path)) as store:
            await fill(store, packed=True)
            before = found()
            for stream in ("lobby", "hall"):
                await store.erase(erasure(stream, 0, BEGAN + 10_000))
            await store.write(lambda connection: connection.execute(markers.delete()).rowcount)
            await store.erase(erasure("nobody"))
            names = [each.stream for each in await store.read(streams)]
            assert await store.read(free_pages) == 0
            return before, found(), names

    before, after, names = run_virtual(scenario())
    assert before > 16
    assert after == 0
    assert names == []
    assert b"lobby" not in b"".join(each.read_bytes() for each in tmp_path.glob("history.db*"))


def test_what_waits_to_be_written_is_erased_too(address: str) -> None:  # noqa: F811
    async def scenario() -> tuple[Erased, int]:
        async with kept(address) as store:
            await store.write(lambda _: None)
            for summary in summaries(600):
                store.add(summary)
            erased = (await store.erase(erasure())).erased
            await asyncio.sleep(3)
            return erased, len(await store.read(lambda connection: ends(connection, "lobby", "2s")))

    erased, rest = run_virtual(scenario())
    assert erased.summaries == 203
    assert rest == 600 - 203


def test_beside_a_service_it_is_erased_in_the_database_itself(address: str) -> None:  # noqa: F811
    async def scenario() -> tuple[Erased, list[str]]:
        async with kept(address) as store:
            await fill(store, packed=True)
            outcome = erase_alone(address, erasure())
            assert outcome.settled
            for summary in summaries(5, first=601):
                store.add(summary)  # its series is still known, or known anew
            await asyncio.sleep(2)
            assert len(await store.read(lambda connection: ends(connection, "lobby", "2s"))) == 605 - 203
            return outcome.erased, await store.read(left)

    erased, rest = run_virtual(scenario())
    assert erased == EXPECTED
    assert rest == LEFT


def test_a_service_goes_on_after_all_of_a_stream_was_erased_beside_it(address: str) -> None:  # noqa: F811
    async def scenario() -> tuple[int, int]:
        async with kept(address) as store:
            for stream in ("lobby", "hall"):
                for summary in summaries(20, stream):
                    store.add(summary)
            await asyncio.sleep(2)
            await Maintenance(store, Keep(summaries=36500)).round()
            erase_alone(address, erasure("lobby", 0, BEGAN + 10_000))
            for stream in ("porch", "lobby"):
                for summary in summaries(5, stream, first=21):
                    store.add(replace(summary, end=summary.end + 20_000, start=summary.start + 20_000))
            await asyncio.sleep(2)
            lobby = await store.read(lambda connection: ends(connection, "lobby", "2s"))
            return len(lobby), len(await store.read(lambda connection: ends(connection, "hall", "2s")))

    assert run_virtual(scenario()) == (5, 20)


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["semblance", "erase", *words])
    return status()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A history with something in it, and a service that does not run."""

    async def scenario() -> None:
        async with kept(str(tmp_path / "history.db")) as store:
            await fill(store, packed=True)

    run_virtual(scenario())
    file = tmp_path / "semblance.yaml"
    file.write_text(f"server: {{port: 9}}\nhistory: {{url: {tmp_path / 'history.db'}}}\n")
    return file


def test_the_command_says_what_it_deleted(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    span = ("--since", utc(SINCE), "--until", utc(UNTIL))
    assert typed(monkeypatch, "--stream", "lobby", *span, "--config", str(config), "--yes") == 0
    told = capsys.readouterr()
    assert told.out == (
        f"Deleted of lobby, from {utc(SINCE)} to {utc(UNTIL)}: summaries 234, events 2, "
        "deliveries tried 2, deliveries listed 2, markers 1.\n"
    )
    assert told.err == ""


def test_the_command_deletes_nothing_when_nobody_can_be_asked(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "--stream", "lobby", "--since", "7d", "--config", str(config)) == 2
    assert "--yes" in capsys.readouterr().err
    with sqlite3.connect(config.with_name("history.db")) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (8,)
    connection.close()


def test_the_command_says_where_there_is_no_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "semblance.yaml"
    file.write_text(f"server: {{port: 9}}\nhistory: {{url: {tmp_path / 'nothing.db'}}}\n")
    assert typed(monkeypatch, "--stream", "a", "--since", "7d", "--config", str(file), "--yes") == 1
    assert f"There is no history at {tmp_path / 'nothing.db'}" in capsys.readouterr().err
    assert not (tmp_path / "nothing.db").exists()


def test_the_command_tells_a_stream_that_is_not_there_from_a_time_without_anything(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = ("--since", utc(BEGAN - 200), "--until", utc(BEGAN - 100), "--config", str(config), "--yes")
    assert typed(monkeypatch, "--stream", "lobby", *rest) == 0
    assert capsys.readouterr().out.startswith("Nothing of lobby is recorded from ")
    assert typed(monkeypatch, "--stream", "loby", *rest) == 1
    told = capsys.readouterr()
    assert "Nothing of loby is recorded, at any time; there are hall, lobby" in told.err
    assert not told.out


def test_the_command_names_damaged_histories_and_counts_damaged_blocks(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aside = config.with_name("history.db.corrupt-20261122T000000Z")
    aside.write_bytes(b"")
    aside.with_name(aside.name + "-wal").write_bytes(b"")
    with closing(sqlite3.connect(config.with_name("history.db"))) as connection, connection:
        connection.execute("UPDATE blocks SET data = x'ff' WHERE id = 1")
    rest = ("--since", utc(BEGAN), "--until", utc(BEGAN + 9), "--config", str(config), "--yes")
    for stream in ("lobby", "hall"):
        assert typed(monkeypatch, "--stream", stream, *rest) == 0
    said = capsys.readouterr().err
    assert said.count("deleted whole: 1.") == 1
    assert f"yours to delete: {aside}\n" in said


def test_a_damaged_file_is_said_with_those_that_were_set_aside(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config.with_name("history.db").write_bytes(b"what a disk made of it " * 500)
    config.with_name("history.db.corrupt-20261122T000000Z").write_bytes(b"")
    assert typed(monkeypatch, "--stream", "lobby", "--since", "7d", "--config", str(config), "--yes") == 1
    said = capsys.readouterr().err
    assert "The history cannot be changed: File is not a database." in said
    assert "history.db.corrupt-20261122T000000Z" in said


@pytest.mark.parametrize(("tries", "settled"), [(3, True), (6, False)])
def test_what_cannot_be_settled_because_of_others_is_tried_again_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tries: int, settled: bool
) -> None:
    answers = iter([False] * (tries - 1) + [True])
    monkeypatch.setattr("web.history.writer.settle", lambda _: next(answers))

    async def scenario() -> bool:
        async with kept(str(tmp_path / "history.db")) as store:
            return (await store.erase(erasure())).settled

    assert run_virtual(scenario()) is settled
