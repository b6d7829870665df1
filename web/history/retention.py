"""Retention: what is older than it is kept is deleted, in small steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from aggregation import microseconds
from web.history.schema import blocks, deliveries, events, markers, outbox, series, tail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, ColumnElement, Connection, Table

    from web.history.keep import Keep

_DAY = 86_400 * microseconds.PER_SECOND
_STEP = 500
"""Rows that are deleted of each kind in a step."""
_BLOCKS = 50
"""Of blocks, which are large."""


def prune(connection: Connection, keep: Keep, now: float) -> int:
    """Deletes some of what is too old, and gives how many rows that were: 0 where nothing is left to do.

    `now` in UTC seconds. Blocks go when all in them is too old. What waits for delivery stays with its event.
    """
    deleted = 0
    for table, too_old, most in _kinds(keep, microseconds.from_seconds(now)):
        key: Column[object] = table.c.id
        some = select(key).where(too_old).limit(most)
        deleted += connection.execute(delete(table).where(key.in_(some))).rowcount
    return deleted


def forget_empty_series(connection: Connection) -> None:
    """Deletes the series of which nothing is left."""
    if connection.execute(select(tail.c.id).limit(1)).first() is None:
        left = exists().where(blocks.c.series == series.c.id)
        connection.execute(delete(series).where(~left))


def _kinds(keep: Keep, now: int) -> Iterator[tuple[Table, ColumnElement[bool], int]]:
    def before(days: float) -> int:
        return now - round(days * _DAY)

    waits = exists().where(outbox.c.event == events.c.id, outbox.c.state == "waiting")
    yield tail, tail.c.last_end <= before(keep.summaries), _STEP
    yield blocks, blocks.c.last_end <= before(keep.summaries), _BLOCKS
    yield markers, markers.c.at <= before(keep.markers), _STEP
    yield deliveries, deliveries.c.at <= before(keep.deliveries), _STEP
    yield outbox, (outbox.c.created <= before(keep.deliveries)) & (outbox.c.state != "waiting"), _STEP
    yield events, (events.c.at <= before(keep.events)) & ~waits, _STEP
