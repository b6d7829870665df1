"""What is declared of one kind (rules, groups) in the configuration file and over REST, by id."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pydantic import ValidationError

from web.history.database import HistoryUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    from pydantic import TypeAdapter

    from web.declared import Declared
    from web.history.definitions import Definitions

AGAIN = 5.0
"""Seconds between attempts to read what was stored, where the database cannot be read at the start."""

_log = logging.getLogger("semblance.book")


class Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    item: T
    declared: Declared


class Book(Generic[T]):
    """What is in the file wins over what is stored under the same id, and that over what is usual.

    What is made over REST is stored and comes back with the next start. What is in the file may be changed
    and removed too, until then. `apply` is given all there is at `load` and whenever that changes; `check`
    raises `ValueError` for what cannot be used here, beside what is there.
    """

    def __init__(
        self,
        stored: Definitions,
        form: TypeAdapter[T],
        apply: Callable[[Sequence[T]], Awaitable[None]],
        check: Callable[[T], None],
        *,
        file: Iterable[T] = (),
        usual: Iterable[T] = (),
    ) -> None:
        self._stored = stored
        self._form = form
        self._apply = apply
        self._check = check
        self._usual = {item.id: item for item in usual}
        self._entries: dict[str, Entry[T]] = {
            **{name: Entry(item, "default") for name, item in self._usual.items()},
            **{item.id: Entry(item, "file") for item in file},
        }
        self._changing = asyncio.Lock()
        self._loaded = False

    @property
    def entries(self) -> Mapping[str, Entry[T]]:
        return self._entries

    async def load(self) -> None:
        """Begins with what is declared; also where what is stored cannot be read."""
        async with self._changing:
            self._loaded = await self._read()
            await self._apply_all()

    async def run(self) -> None:
        """Ends when what is stored has been read, where `load` could not."""
        while not self._loaded:
            await asyncio.sleep(AGAIN)
            await self.load()

    async def put(self, item: T) -> None:
        """Adds it, or changes the one of its id.

        Raises `HistoryUnavailableError` and what `check` raises: then all stays.
        """
        async with self._changing:
            self._check(item)
            before = self._entries.get(item.id)
            if before is not None and before.declared == "file":
                self._entries[item.id] = Entry(item, "file")
            else:
                with _told():
                    await self._stored.keep(item.id, self._form.dump_json(item).decode())
                self._entries[item.id] = Entry(item, "api")
            await self._apply_all()

    async def remove(self, name: str) -> None:
        """What is usual takes its place, if anything is. Raises `KeyError`, `HistoryUnavailableError`."""
        async with self._changing:
            if self._entries[name].declared == "api":
                with _told():
                    await self._stored.remove(name)
            if name in self._usual:
                self._entries[name] = Entry(self._usual[name], "default")
            else:
                del self._entries[name]
            await self._apply_all()

    async def _read(self) -> bool:
        try:
            documents = await self._stored.all()
        except HistoryUnavailableError:
            return False
        for name, document in documents.items():
            self._take_in(name, document)
        return True

    def _take_in(self, name: str, document: str) -> None:
        entry = self._entries.get(name)
        if entry is not None and entry.declared == "file":
            _log.warning("%s is stored too; what the configuration file says of it holds", name)
            return
        try:
            item = self._form.validate_json(document)
            self._check(item)
        except (ValidationError, ValueError) as error:
            _log.warning("%s is stored but cannot be used, and is left out: %s", name, _sentence(error))
            return
        self._entries[name] = Entry(item, "api")

    async def _apply_all(self) -> None:
        await self._apply([entry.item for entry in self._entries.values()])


@contextmanager
def _told() -> Iterator[None]:
    """Says what comes of it that the database cannot be used."""
    try:
        yield
    except HistoryUnavailableError as error:
        raise HistoryUnavailableError(f"Nothing has changed, for it cannot be stored: {error}") from error


def _sentence(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)
