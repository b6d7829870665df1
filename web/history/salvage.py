"""What can still be read of a damaged file and is in no other place, taken into the new one."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from web.history.schema import definitions, events, hook_states, markers, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

_MOST = 20_000
"""Rows of a table that are taken, the newest: it holds up the service's writing."""
_AT_ONCE = 500
_WAITING = "state = 'waiting'"

_log = logging.getLogger(__name__)


def salvage(damaged: Path, connection: Connection) -> None:
    """Takes definitions, the state of hooks, what waits for delivery with its events, events and markers.

    Recorded summaries stay in the damaged file. What is there already is not touched. Says what there was.
    """
    # Without a log, SQLite would make an empty one beside the file.
    logged = damaged.with_name(f"{damaged.name}-wal").exists()
    mode = "mode=ro" if logged else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{damaged.as_uri()}?{mode}", uri=True)) as old:
        old.text_factory = lambda text: text.decode(errors="replace")
        unread = [
            table.name
            for table in (definitions, hook_states, outbox, events, markers)
            if not _take(old, connection, table)
        ]
        _complete(old, connection)
    saved = ", ".join(
        f"{name} {connection.execute(select(func.count()).select_from(table)).scalar_one()}"
        for name, table in (
            ("definitions", definitions),
            ("states of hooks", hook_states),
            ("deliveries that wait", outbox),
            ("events", events),
            ("markers", markers),
        )
    )
    _log.warning("of the damaged history %s are kept in the new one: %s", damaged, saved)
    if unread:
        _log.error("of the damaged history %s not all could be read: %s", damaged, ", ".join(unread))


def _take(old: sqlite3.Connection, new: Connection, table: Table) -> bool:
    """From the newest to the oldest, and where that does not get through, from the other end too."""
    where = f" WHERE {_WAITING}" if table is outbox else ""
    query = f"SELECT {_columns(table)} FROM {table.name} NOT INDEXED{where} ORDER BY rowid"
    if _copy(new, table, old, f"{query} DESC LIMIT {_MOST}"):
        return True
    _copy(new, table, old, f"{query} LIMIT {_MOST}")
    return False


def _complete(old: sqlite3.Connection, new: Connection) -> None:
    """What waits goes with its event, however old that is, or not at all."""
    missing = select(outbox.c.event).where(~outbox.c.event.in_(select(events.c.id))).distinct()
    for name in new.execute(missing).scalars().all():
        _copy(new, events, old, f"SELECT {_columns(events)} FROM events WHERE id = ?", name)
    new.execute(delete(outbox).where(outbox.c.event.in_(missing)))


def _copy(new: Connection, table: Table, old: sqlite3.Connection, query: str, *values: str) -> bool:
    """Whether all could be read."""
    names = [column.name for column in table.columns]
    read: list[dict[str, object]] = []
    whole = True
    rows = _rows(old, query, *values)
    while whole:
        try:
            row = next(rows, None)
        except sqlite3.Error:
            row, whole = None, False
        if row is not None and _is_sound(found := dict(zip(names, row, strict=True))):
            read.append(found)
        if read and (row is None or len(read) == _AT_ONCE):
            new.execute(insert(table).prefix_with("OR IGNORE"), read)
            read.clear()
        if row is None:
            break
    return whole


def _rows(old: sqlite3.Connection, query: str, *values: str) -> Iterator[tuple[object, ...]]:
    yield from old.execute(query, values)


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _is_sound(row: dict[str, object]) -> bool:
    """A page may be readable, and its text not be what was written."""
    if any(isinstance(value, bytes) or "\ufffd" in str(value) for value in row.values()):
        return False
    try:
        json.loads(str(row.get("document", "{}")))
    except ValueError:
        return False
    return True
