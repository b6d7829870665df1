"""The one who writes into the history's database, in a thread of its own."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from web.history import engine
from web.history.database import HistoryUnavailableError
from web.history.failures import DOWN, is_down, sentence
from web.history.schema import meta, metadata
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine

    from aggregation.summary import Summary, Window
    from web.history.location import Location

SCHEMA = 1

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


class Writer:
    """Called from one thread at a time. All raise `HistoryUnavailableError`."""

    def __init__(self, location: Location, windows: Sequence[Window]) -> None:
        self._location = location
        self._appender = Appender(windows)
        self._engine: Engine | None = None

    def open(self) -> None:
        """Makes what is not there: the folder, the file, the tables."""
        self.close()
        try:
            if self._location.path is not None:
                self._location.path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = engine.writing(self._location)
            with self._engine.begin() as connection:
                metadata.create_all(connection)
                _check_schema(connection)
        except DOWN as error:
            self.close()
            raise HistoryUnavailableError(sentence(error)) from error
        except HistoryUnavailableError:
            self.close()
            raise

    def commit(self, batch: Batch) -> None:
        """All of it, safe on disk; what a change raised of its own is in the change, and nothing of it stays.

        Raises where the database failed: then nothing of the batch was written.
        """
        if self._engine is None:
            raise HistoryUnavailableError("The history's database is not open.")
        try:
            with self._engine.begin() as connection:
                self._appender.append(connection, batch.summaries)
                for change in batch.changes:
                    _apply(connection, change)
        except DOWN as error:
            self._appender.forget()
            if not is_down(error):
                raise
            raise HistoryUnavailableError(sentence(error)) from error

    def close(self) -> None:
        self._appender.forget()
        if self._engine is not None:
            with suppress(SQLAlchemyError, OSError):
                self._engine.dispose()
            self._engine = None


def _apply(connection: Connection, change: Change[Any]) -> None:
    try:
        with connection.begin_nested():
            change.result = change.make(connection)
    except Exception as error:
        if is_down(error):
            raise
        change.error = error


def _check_schema(connection: Connection) -> None:
    found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
    if found is None:
        connection.execute(insert(meta).values(key="schema", value=str(SCHEMA)))
    elif int(found) > SCHEMA:
        raise HistoryUnavailableError(
            f"The history was written by a newer version of Semblance (form {found}, known is {SCHEMA}): "
            "use that version, or name another place for the history."
        )
