"""Connections to the history's database: one that writes, a few that read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from web.history.location import Location

READERS = 3
_BUSY = 2000
"""Milliseconds to wait for another process that writes into the same file."""

_FOR_ALL = (f"PRAGMA busy_timeout={_BUSY}",)
_FOR_WRITER = (
    *_FOR_ALL,
    "PRAGMA auto_vacuum=INCREMENTAL",  # heeded by a new file alone
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",  # what is erased must not lie about in free pages
)
_FOR_READERS = (*_FOR_ALL, "PRAGMA query_only=ON")


def writing(location: Location) -> Engine:
    """One connection, whose transactions have the right to write from their begin."""
    if location.kind == "sqlite":
        return _sqlite(location, 1, _FOR_WRITER, "BEGIN IMMEDIATE")
    return create_engine(location.url, pool_size=1, max_overflow=0, connect_args=_postgresql())


def reading(location: Location) -> Engine:
    """A connection for each thread that reads; each transaction sees one state of the database."""
    if location.kind == "sqlite":
        return _sqlite(location, READERS, _FOR_READERS, "BEGIN")
    return create_engine(
        location.url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=_postgresql(),
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )


def _postgresql() -> dict[str, Any]:
    # A server that is gone without a word must not hold a thread for hours.
    return {
        "connect_timeout": 5,
        "application_name": "semblance",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": "-c lock_timeout=5000 -c statement_timeout=60000",
    }


def _sqlite(location: Location, connections: int, pragmas: Sequence[str], begin: str) -> Engine:
    engine = create_engine(
        location.url,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        # The driver would begin only at the first change, and not for a savepoint.
        connection.exec_driver_sql(begin)

    return engine
