"""A database in memory for unit tests of what is kept in one; `fails` makes it unavailable."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from web.history.database import HistoryUnavailableError
from web.history.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


class MemoryDatabase:
    """Implements `Database` on the event loop's own thread."""

    def __init__(self) -> None:
        self.fails = False
        self._engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        metadata.create_all(self._engine)

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self.write(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        if self.fails:
            raise HistoryUnavailableError("The database is gone.")
        with self._engine.begin() as connection:
            return change(connection)

    def close(self) -> None:
        self._engine.dispose()
