"""Leaving nothing of what was deleted: free pages given back, the log emptied, dead rows gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from web.history.schema import blocks, deliveries, events, markers, outbox, series, tail

if TYPE_CHECKING:
    from sqlalchemy import Engine

_TABLES = (tail, blocks, series, events, deliveries, outbox, markers)


def settle(engine: Engine) -> bool:
    """SQLite overwrites what it deletes (`secure_delete`); what is left is its log. PostgreSQL writes the
    tables anew, and lets nobody else write meanwhile; its own log and archives are its operator's.

    False where others use the database, so that its log is still there; trying again helps.
    """
    if engine.dialect.name == "sqlite":
        return _settle_sqlite(engine)
    _settle_postgresql(engine)
    return True


def _settle_sqlite(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.executescript("PRAGMA incremental_vacuum")  # `execute` would give back one page
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, _, _) = cursor.fetchall()[0]
        cursor.close()
        return not busy
    finally:
        connection.close()


def _settle_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        for table in _TABLES:
            connection.execute(text(f"VACUUM (FULL) {table.name}"))
        connection.execute(text("RESET statement_timeout"))
