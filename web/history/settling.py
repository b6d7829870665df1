"""Leaving nothing of what was deleted: free pages given back, the log emptied, dead rows gone."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from web.history.schema import blocks, deliveries, events, markers, outbox, series, tail

if TYPE_CHECKING:
    from sqlalchemy import Engine

TRIES = 5
PAUSE = 0.5
"""How often it is worth trying, and seconds between."""

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
    except sqlite3.Error as error:
        raise DatabaseError("settling", None, error) from error
    finally:
        connection.close()


def _settle_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        for table in _TABLES:
            connection.execute(text(f"VACUUM (FULL) {table.name}"))
        connection.execute(text("RESET statement_timeout"))
