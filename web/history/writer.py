"""The one who writes into the history's database, in a thread of its own."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from web.history import engine
from web.history.database import HistoryUnavailableError
from web.history.failures import is_down, is_malformed, sentence
from web.history.file import HistoryFile
from web.history.form import begin, end
from web.history.salvage import salvage
from web.history.settling import settle
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from aggregation.summary import Summary, Window
    from web.history.location import Location

T = TypeVar("T")


@dataclass(slots=True)
class Change(Generic[T]):
    """A change that somebody asked for, and what came of it."""

    make: Callable[[Connection], T]
    result: T | None = None
    error: BaseException | None = None


@dataclass(slots=True)
class Batch:
    """What is written in one transaction."""

    summaries: Sequence[Summary] = ()
    changes: Sequence[Change[Any]] = field(default_factory=list)
    written: bool = False


class Writer:
    """Called from one thread at a time. All but `close` raise `HistoryUnavailableError`."""

    def __init__(self, location: Location, windows: Sequence[Window]) -> None:
        self._location = location
        self._file = HistoryFile(location.path) if location.path else None
        self._appender = Appender(windows)
        self._engine: Engine | None = None
        self._malformed: str | None = None
        self._aside: Path | None = None
        self.ended_well = True

    def open(self) -> None:
        """Makes what is not there: the folder, the file, the tables. `ended_well` says how its last use did.

        A file that SQLite calls malformed, now or since it was opened last, is set aside before.
        """
        self.close()
        with self._failing():
            if self._file is not None:
                self._file.take()
            if self._malformed is None:
                with suppress(_MalformedError):
                    self._begin()
                    return
            self._set_aside()
            self._begin()

    def commit(self, batch: Batch) -> None:
        """All of it, safe on disk; what a change raised of its own is in the change, and nothing of it stays.

        Raises where the database failed: then nothing of the batch was written.
        """
        with self._failing():
            if self._engine is None:
                raise HistoryUnavailableError("The history's database is not open.")
            if self._file is not None:
                self._file.check()
            if batch.summaries or batch.changes:
                with self._engine.begin() as connection:
                    self._appender.append(connection, batch.summaries)
                    for change in batch.changes:
                        _apply(connection, change)
            batch.written = True

    def settle(self) -> bool:
        """Leaves nothing on disk of what was deleted, unless others are in the way."""
        with self._failing():
            return self._engine is not None and settle(self._engine)

    def end(self) -> None:
        """The last there is to write was written."""
        with self._failing():
            if self._engine is not None:
                with self._engine.begin() as connection:
                    end(connection)
        self.close()

    def close(self) -> None:
        self._appender.forget()
        if self._engine is not None:
            with suppress(SQLAlchemyError, OSError):
                self._engine.dispose()
            self._engine = None
        if self._file is not None:
            self._file.release()

    def _begin(self) -> None:
        self._engine = engine.writing(self._location)
        try:
            with self._engine.begin() as connection:
                self.ended_well &= begin(connection)
            self._salvage()
        except SQLAlchemyError as error:
            if is_malformed(error):
                self._malformed = sentence(error)
                raise _MalformedError from error
            raise

    def _set_aside(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        if self._file is not None:
            self._aside = self._file.set_aside(self._malformed or "")
            self._malformed = None
            self._file.release()
            self._file.take()

    def _salvage(self) -> None:
        if self._aside is not None and self._engine is not None:
            with self._engine.begin() as connection:
                salvage(self._aside, connection)
            self._aside = None

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except HistoryUnavailableError:
            self.close()
            raise
        except (SQLAlchemyError, OSError, _MalformedError) as error:
            if is_malformed(error):
                self._malformed = sentence(error)
            self.close()
            raise HistoryUnavailableError(sentence(error)) from error


class _MalformedError(Exception):
    """SQLite cannot read the file."""


def _apply(connection: Connection, change: Change[Any]) -> None:
    try:
        with connection.begin_nested():
            change.result = change.make(connection)
    except Exception as error:
        if is_down(error):
            raise
        change.error = error
