"""Connections to the history's database: one that writes, a few that read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event

from web.history.damage import Damage, options
from web.history.ownership import take_postgresql

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
    f"PRAGMA journal_size_limit={4 << 20}",
    "PRAGMA secure_delete=ON",  # what is erased must not lie about in free pages
)
_FOR_READERS = (*_FOR_ALL, "PRAGMA query_only=ON")


def writing(location: Location, *, alone: bool = True) -> Engine:
    """One connection, whose transactions have the right to write from their begin.

    `alone`, it refuses to be a second service's on one PostgreSQL database; files are seen to elsewhere.
    """
    if location.kind == "sqlite":
        return _sqlite(location, 1, _FOR_WRITER, "BEGIN IMMEDIATE")
    engine = create_engine(location.url, pool_size=1, max_overflow=0, connect_args=_postgresql())
    if alone:
        event.listen(engine, "connect", lambda connection, _record: take_postgresql(connection))
    return engine


def reading(location: Location, damage: Damage | None = None) -> Engine:
    """A connection for each thread that reads; each transaction sees one state of the database.

    Damage that is found is noted in `damage`.
    """
    noted = options(damage or Damage())
    if location.kind == "sqlite":
        return _sqlite(location, READERS, _FOR_READERS, "BEGIN").execution_options(**noted)
    return create_engine(
        location.url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=_postgresql(),
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, **noted},
    )


def _postgresql() -> dict[str, Any]:
    # A server that is gone without a word must not hold a thread for hours.
    return {
        "connect_timeout": 5,
        "application_name": "semblance",
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 8000,
        "options": "-c lock_timeout=5000 -c statement_timeout=30000",
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
