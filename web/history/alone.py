"""The history as a command reads it, beside a service or without one: nothing is written or made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from web.history.database import HistoryUnavailableError
from web.history.engine import reading
from web.history.failures import DOWN, is_down, sentence
from web.history.location import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

T = TypeVar("T")


class NoHistoryError(HistoryUnavailableError):
    """Nothing has been kept yet."""


class Read(Protocol):
    """Gives what a query returns, which must not keep the connection."""

    def __call__(self, query: Callable[[Connection], T], /) -> T:
        """Raises `HistoryUnavailableError`."""
        ...


@contextmanager
def read_alone(address: str) -> Iterator[Read]:
    """Reads the history at an address, for the length of the block.

    Raises `NoHistoryError` where there is none, `LocationError` where there can be none.
    """
    location = locate(address)
    if location.path is not None and not location.path.is_file():
        raise NoHistoryError(f"There is no history at {location.shown}.")
    engine = reading(location)

    def read(query: Callable[[Connection], T], /) -> T:
        try:
            with engine.connect() as connection:
                return query(connection)
        except DOWN as error:
            if not is_down(error):
                raise
            raise HistoryUnavailableError(sentence(error)) from error

    try:
        yield read
    finally:
        engine.dispose()
