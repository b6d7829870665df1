"""Resuming out of the history: what a client of the live WebSocket missed and memory no longer holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import select

from web.catching_up import Entry, Page, in_order
from web.history.schema import events
from web.history.summaries import after_sequence, kept_from, last_sequence
from web.messages import encode, summary_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.catching_up import Wish
    from web.history.database import Database

AT_ONCE = 2
"""Pages read at the same time, for all clients together: other readers of the history have their turns."""


class Resuming:
    """Implements `Past` on the database. What a page holds is read and encoded in the database's thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def page(self, wish: Wish) -> Page:
        async with self._turns:
            return await self._database.read(lambda connection: _page(connection, wish))


def _page(connection: Connection, wish: Wish) -> Page:
    summaries, no_more_summaries = _summaries(connection, wish)
    happened, no_more_events = _events(connection, wish)
    entries = in_order([*summaries, *happened])
    return Page(
        entries[: wish.limit],
        no_more_summaries and no_more_events and len(entries) <= wish.limit,
        kept_from(connection, wish.stream),
        last_sequence(connection, wish.stream),
    )


def _summaries(connection: Connection, wish: Wish) -> tuple[list[Entry], bool]:
    """The first of them, and whether there are no more."""
    if not wish.windows:
        return [], True
    found = after_sequence(connection, wish.stream, sorted(wish.windows), wish.sequence, wish.limit)
    meant = [each for each in found if wish.through is None or each.sequence <= wish.through]
    entries = [Entry(each.sequence, "summary", "", encode(summary_json(each))) for each in meant]
    return entries, len(found) < wish.limit or len(meant) < len(found)


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
