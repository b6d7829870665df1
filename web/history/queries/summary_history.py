"""The summaries of a stream as far back as they are known: the newest from memory, older ones recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from aggregation import microseconds
from web.history.database import HistoryUnavailableError
from web.history.formats.summary_text import summary_texts
from web.history.place import Place
from web.history.queries.remembered import rows_of
from web.history.summaries import read_summaries, streams
from web.recent import Kept

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import Connection

    from web.feed import Feed
    from web.history.database import Database
    from web.history.queries.portions import Reader
    from web.history.queries.reach import Reach
    from web.history.summaries import StreamWindow, Summaries

P = TypeVar("P")

_ALL = 1_000_000
"""More than is kept of a window in memory."""
_ALIKE = 8
"""More summaries than ever ended at the same time."""


class Page(NamedTuple):
    """Summaries, oldest first; `earlier` is where those before them end, `None` where there are none.

    `error` says why the recorded ones are not among them, where they could not be read.
    """

    kept: Sequence[Kept]
    earlier: Place | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Portions(Generic[P]):
    """Summaries in portions of some kind, oldest first. `error` as of a page."""

    history: SummaryHistory
    reader: Reader[P]
    reach: Reach
    first: P | None
    rest: Reach | None
    error: str | None

    async def __aiter__(self) -> AsyncIterator[P]:
        """Raises `HistoryUnavailableError` where the database is lost on the way."""
        reach, portion, rest = self.reach, self.first, self.rest
        while portion is not None:
            end = self.reader.end(portion)
            if end is not None:
                reach = reach._replace(since=end)
                yield portion
            portion = None
            if rest is not None:
                portion, rest = await self.history.database.read(partial(self.reader.read, reach=rest))
        rows = await asyncio.to_thread(rows_of, self.history.remembered(reach))
        newest = self.reader.of_rows(rows)
        if self.reader.end(newest) is not None:
            yield newest


class SummaryHistory:
    """What is in the memory of the service and what was recorded, as one."""

    def __init__(self, feed: Feed, database: Database) -> None:
        self.feed = feed
        self.database = database

    async def windows(self, stream: str) -> list[StreamWindow]:
        """The windows of a stream that were recorded. Raises `HistoryUnavailableError`."""
        recorded = await self.database.read(streams)
        return [window for window in recorded if window.stream == stream]

    def remembered(self, reach: Reach, limit: int = _ALL) -> Sequence[Kept]:
        """The newest within the reach that are in memory."""
        since, until = microseconds.to_seconds(reach.since), microseconds.to_seconds(reach.until)
        return self.feed.between(reach.stream, reach.window, since, until, limit)

    async def page(self, reach: Reach, limit: int, before: Place | None = None) -> Page:
        """The newest `limit` summaries within the reach, of those before a place."""
        if before is not None:
            reach = reach._replace(until=min(reach.until, before.at))
        wanted = limit + 1  # one more than is shown tells that there are more
        kept = _before(self.remembered(reach, wanted + _ALIKE), before)[-wanted:]
        error = None
        if len(kept) < wanted:
            first = _place(kept[0]) if kept else before
            try:
                older = await self.database.read(
                    partial(_older, reach=reach, limit=wanted - len(kept), before=first)
                )
                kept = [*older, *kept]
            except HistoryUnavailableError as unavailable:
                error = str(unavailable)
        shown = kept[-limit:]
        return Page(shown, _place(shown[0]) if len(kept) > limit else None, error)

    async def newest_end(self, reach: Reach) -> int | None:
        """When the newest within the reach ends. Raises `HistoryUnavailableError`."""
        kept = self.remembered(reach, 1)
        if kept:
            return microseconds.from_seconds(kept[-1].end)
        rows = await self.database.read(lambda connection: _newest(connection, reach, 1))
        return int(rows["end"][-1]) if len(rows) else None

    async def portions(self, reach: Reach, reader: Reader[P]) -> Portions[P]:
        """All within the reach; of memory alone where nothing recorded can be read."""
        try:
            first, rest = await self.database.read(partial(reader.read, reach=reach))
        except HistoryUnavailableError as unavailable:
            return Portions(self, reader, reach, None, None, str(unavailable))
        return Portions(self, reader, reach, first, rest, None)


def _newest(connection: Connection, reach: Reach, limit: int) -> Summaries:
    return read_summaries(connection, *reach, limit=limit, newest=True)


def _older(connection: Connection, reach: Reach, limit: int, before: Place | None) -> list[Kept]:
    if before is not None:
        reach = reach._replace(until=min(reach.until, before.at))
    rows = _newest(connection, reach, limit + _ALIKE)
    texts = summary_texts(rows, reach.stream, reach.window)
    kept = [
        Kept(sequence, microseconds.to_seconds(end), text)
        for sequence, end, text in zip(rows["sequence"].tolist(), rows["end"].tolist(), texts, strict=True)
    ]
    return _before(kept, before)[-limit:]


def _before(kept: Sequence[Kept], place: Place | None) -> list[Kept]:
    """Those that come before a place; the order is by end and then by sequence."""
    if place is None:
        return list(kept)
    limit = (place.at, int(place.mark))
    return [each for each in kept if (microseconds.from_seconds(each.end), each.sequence) < limit]


def _place(kept: Kept) -> Place:
    return Place(microseconds.from_seconds(kept.end), str(kept.sequence))
