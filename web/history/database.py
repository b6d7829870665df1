"""What is needed of the database, for all who keep something in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


class HistoryUnavailableError(Exception):
    """The database cannot be used now (locked, full, gone, damaged); the message is a sentence."""


class Database(Protocol):
    """Work on the history's database, off the event loop. Both raise `HistoryUnavailableError`."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        """What `query` returns. It runs in a thread, must not write, and must not keep the connection."""
        ...

    async def write(self, change: Callable[[Connection], T]) -> T:
        """What `change` returns, once it is safe on disk. It runs in a thread, in a transaction it may share.

        What it raises of its own is raised here, and nothing it did stays.
        """
        ...
