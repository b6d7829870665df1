"""Resuming out of a real database: the same messages as were sent live, page by page."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from aggregation import microseconds
from tests.history_database import MemoryDatabase
from tests.web_service import WINDOWS, event, summary
from web.catching_up import Entry, Wish
from web.feed import Notice
from web.history.compaction import apply, plan
from web.history.database import HistoryUnavailableError
from web.history.keep import Keep
from web.history.resuming import Resuming
from web.history.schema import events
from web.history.store import Store
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from aggregation.event import Event
    from aggregation.summary import Summary

NAMES = frozenset(window.name for window in WINDOWS)


@asynccontextmanager
async def kept(
    path: Path, summaries: Sequence[Summary] = (), happened: Sequence[Event] = ()
) -> AsyncIterator[Store]:
    """A history that holds these."""
    store = Store(str(path), Keep(), WINDOWS)
    task = asyncio.create_task(store.run())
    for each in summaries:
        store.add(each)
    await store.write(lambda connection: _keep_events(connection, happened))
    try:
        yield store
    finally:
        task.cancel()
        await asyncio.wait([task])


def _keep_events(connection: Connection, happened: Sequence[Event]) -> None:
    for each in happened:
        values = {
            "id": each.id,
            "stream": each.stream,
            "rule": each.rule,
            "name": each.name,
            "at": microseconds.from_seconds(each.at),
            "sequence": each.sequence,
            "document": Notice(each).message,
        }
        connection.execute(insert(events).values(values))


def wish(sequence: int, through: int | None = None, **wanted: object) -> Wish:
    wanted = {"windows": NAMES, "events": True, "known": frozenset(), "limit": 10, **wanted}
    return Wish("lobby", sequence, through, **wanted)  # type: ignore[arg-type]


def briefly(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    return [(entry.kind, entry.sequence) for entry in entries]


async def test_pages_follow_each_other_to_the_end_in_order(tmp_path: Path) -> None:
    summaries = [summary(n, window=WINDOWS[n % 10 == 0].name) for n in range(1, 41)]
    happened = [event(n, 5 * (n // 2)) for n in range(2, 18)]
    async with kept(tmp_path / "history.db", [*summaries, summary(7, "door")], happened) as store:
        past = Resuming(store)
        pages = [await past.page(wish(12))]
        while not pages[-1].whole:
            last = pages[-1].entries[-1]
            same = [e for page in pages for e in page.entries if e.sequence == last.sequence]
            known = frozenset(entry.id for entry in same if entry.kind == "event")
            pages.append(await past.page(wish(last.sequence, known=known)))
    entries = [entry for page in pages for entry in page.entries]
    expected = []
    for number in range(13, 41):
        expected += [("summary", number), *([("event", number)] * 2 if number % 5 == 0 else [])]
    assert briefly(entries) == expected
    assert all(len(page.entries) <= 10 for page in pages)
    assert (pages[0].oldest, pages[0].newest) == ({"2s": 1, "60s": 10}, 40)


async def test_a_message_is_the_one_that_was_sent_live(tmp_path: Path) -> None:
    async with kept(tmp_path / "history.db", [summary(1), summary(2)], [event(1, 2)]) as store:
        page = await Resuming(store).page(wish(1))
    assert [entry.text for entry in page.entries] == [
        Notice(summary(2)).message,
        Notice(event(1, 2)).message,
    ]


async def test_only_what_is_wanted_is_read_and_nothing_later_than_asked(tmp_path: Path) -> None:
    summaries = [summary(n, window=WINDOWS[n % 10 == 0].name) for n in range(1, 41)]
    happened = [event(n, n) for n in range(5, 41, 5)]
    async with kept(tmp_path / "history.db", summaries, happened) as store:
        past = Resuming(store)
        long = await past.page(wish(5, 35, windows=frozenset(("60s",)), events=False))
        alone = await past.page(wish(5, 35, windows=frozenset(), known=frozenset(("evt_lobby_5",))))
        nobody = await past.page(Wish("nobody", 0, None, NAMES, True, frozenset(), 10))
    assert (briefly(long.entries), long.whole) == ([("summary", 10), ("summary", 20), ("summary", 30)], True)
    assert (briefly(alone.entries), alone.whole) == ([("event", n) for n in range(10, 36, 5)], True)
    assert (nobody.entries, nobody.whole, nobody.oldest, nobody.newest) == ([], True, {}, 0)


async def test_numbers_that_are_missing_between_what_is_held_are_told(tmp_path: Path) -> None:
    numbers = [*range(1, 31), *range(1031, 1051)]  # the service crashed
    summaries = [summary(n, window=WINDOWS[n % 10 == 0].name) for n in numbers]
    async with kept(tmp_path / "history.db", summaries) as store:
        past = Resuming(store)
        both = await past.page(wish(12, limit=100))
        long = await past.page(wish(20, windows=frozenset(("60s",))))
        within = await past.page(wish(12, 1030, limit=100))
        at_the_end = await past.page(wish(30))
        beyond = await past.page(wish(31))
    assert [page.holes for page in (both, long, within, at_the_end)] == [[(31, 1030)]] * 4
    assert [entry.sequence for entry in within.entries] == list(range(13, 31))
    assert beyond.holes == []  # the client has more than was written


async def test_a_long_past_has_no_holes_over_blocks_and_tail() -> None:
    database = MemoryDatabase()
    appender = Appender(WINDOWS)
    summaries = [summary(n, window=WINDOWS[n % 2].name) for n in range(1, 15_201)]

    def keep(connection: Connection) -> None:
        appender.append(connection, summaries[:15_000])
        planned = plan(connection)
        assert planned is not None
        apply(connection, planned)
        appender.append(connection, summaries[15_000:])  # the tail, with two blocks of each window before

    await database.write(keep)
    past = Resuming(database)
    for windows in (NAMES, frozenset(("60s",))):
        page = await past.page(wish(14_201, windows=windows, limit=150))
        expected = [each.sequence for each in summaries[14_201:] if each.window in windows][:150]
        assert [entry.sequence for entry in page.entries] == expected
        assert page.holes == []
    database.close()


async def test_a_history_that_cannot_be_read_says_so() -> None:
    database = MemoryDatabase()
    database.fails = True
    with pytest.raises(HistoryUnavailableError):
        await Resuming(database).page(wish(1))
    database.close()
