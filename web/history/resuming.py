"""Resuming out of the history: what a client of the live WebSocket missed and memory no longer holds."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from aggregation import microseconds
from web.catching_up import Entry, Page, in_order
from web.history.schema import events
from web.history.summaries import after_sequence, kept_from, last_sequence, read_summaries
from web.messages import encode, summary_json

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from sqlalchemy import Connection

    from aggregation.summary import Summary
    from web.catching_up import Wish
    from web.history.database import Database


class Resuming:
    """Implements `Past` on the database. What a page holds is read and encoded in the database's thread.

    One page at a time for all clients together: however many resume, the other readers of the history have
    their turns, and what is live has most of the processor.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()

    async def page(self, wish: Wish) -> Page:
        async with self._turn:
            return await self._database.read(lambda connection: _page(connection, wish))


def _page(connection: Connection, wish: Wish) -> Page:
    found, known = _summaries(connection, wish)
    meant = [each for each in found if wish.through is None or each.sequence <= wish.through]
    happened, no_more_events = _events(connection, wish)
    entries = in_order([*(_entry(each) for each in meant), *happened])
    no_more_summaries = len(found) < wish.limit or len(meant) < len(found)
    oldest = kept_from(connection, wish.stream)
    return Page(
        entries[: wish.limit],
        no_more_summaries and no_more_events and len(entries) <= wish.limit,
        oldest,
        last_sequence(connection, wish.stream),
        _holes(connection, wish, [*known, *found], oldest.keys()),
    )


def _summaries(connection: Connection, wish: Wish) -> tuple[list[Summary], list[Summary]]:
    """The first that follow, and if it is held, the one they follow."""
    if not wish.windows:
        return [], []
    windows = sorted(wish.windows)
    found = after_sequence(connection, wish.stream, windows, wish.sequence - 1, wish.limit + 1)
    known = [each for each in found[:1] if each.sequence == wish.sequence]
    return found[len(known) :][: wish.limit], known


def _entry(summary: Summary) -> Entry:
    return Entry(summary.sequence, "summary", "", encode(summary_json(summary)))


def _holes(
    connection: Connection, wish: Wish, found: Sequence[Summary], windows: Set[str]
) -> list[tuple[int, int]]:
    """Numbers missing among those found, where summaries of all windows are taken together.

    None are told before the first that is held: whether something was made there, nobody knows.
    """
    numbers = [each.sequence for each in found]
    if found and not windows <= wish.windows:
        numbers = _numbers(connection, wish.stream, found, windows)
    return [(one + 1, other - 1) for one, other in pairwise(numbers) if other > one + 1]


def _numbers(connection: Connection, stream: str, found: Sequence[Summary], windows: Set[str]) -> list[int]:
    """Those of all windows from the first found to the last."""
    since, until = (microseconds.from_seconds(each.end) for each in (found[0], found[-1]))
    held = np.concatenate(
        [read_summaries(connection, stream, name, since - 1, until)["sequence"] for name in windows]
    )
    within = held[(held >= found[0].sequence) & (held <= found[-1].sequence)]
    return [int(number) for number in np.unique(within)]


def _events(connection: Connection, wish: Wish) -> tuple[list[Entry], bool]:
    """The first of them, and whether there are no more."""
    if not wish.events:
        return [], True
    limit = wish.limit + len(wish.known)
    query = (
        select(events.c.sequence, events.c.id, events.c.document)
        .where(events.c.stream == wish.stream, events.c.sequence >= wish.sequence)
        .order_by(events.c.sequence, events.c.at, events.c.id)
        .limit(limit)
    )
    if wish.through is not None:
        query = query.where(events.c.sequence <= wish.through)
    rows = connection.execute(query).all()
    entries = [Entry(row.sequence, "event", row.id, row.document) for row in rows if row.id not in wish.known]
    return entries, len(rows) < limit
