"""Changes that somebody waits for, on their way to the database."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from web.history.database import HistoryUnavailableError
from web.history.writer import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

MOST = 1_000

T = TypeVar("T")


class Asked(Generic[T]):
    """One change, and whoever waits for what comes of it."""

    def __init__(self, make: Callable[[Connection], T]) -> None:
        self.change = Change(make)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def is_over(self) -> bool:
        """It was answered, or nobody waits any more."""
        return self._done.done()

    async def result(self) -> T:
        """Raises what the change did, or `HistoryUnavailableError`."""
        await self._done
        return self.change.result  # type: ignore[return-value]  # it is what the change returned

    def answer(self) -> None:
        """The change was made, or has raised something of its own."""
        if self.is_over:
            return
        if self.change.error is not None:
            self._done.set_exception(self.change.error)
        else:
            self._done.set_result(None)

    def refuse(self, why: str) -> None:
        if not self.is_over:
            self._done.set_exception(HistoryUnavailableError(why))


class Changes:
    """A bounded queue of them; one more than that is refused."""

    def __init__(self) -> None:
        self._asked: deque[Asked[Any]] = deque()

    def add(self, make: Callable[[Connection], T]) -> Asked[T]:
        """Raises `HistoryUnavailableError`."""
        if len(self._asked) >= MOST:
            raise HistoryUnavailableError(f"{MOST} changes wait for the history's database already.")
        asked = Asked(make)
        self._asked.append(asked)
        return asked

    def take(self) -> list[Asked[Any]]:
        """All that somebody still waits for."""
        taken = [asked for asked in self._asked if not asked.is_over]
        self._asked.clear()
        return taken

    def refuse(self, why: str) -> None:
        """All of them."""
        for asked in self.take():
            asked.refuse(why)
