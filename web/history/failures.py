"""Errors of a database in one sentence, told apart from the mistakes of those who use it."""

from __future__ import annotations

from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
"""The statement was wrong, not the database."""

DOWN = (DatabaseError, InterfaceError, PoolTimeoutError, OSError)
"""Where it is none of `OURS`: the database cannot be used now."""


def is_down(error: BaseException) -> bool:
    return isinstance(error, DOWN) and not isinstance(error, OURS)


def sentence(error: BaseException) -> str:
    """What the database or the system says, without the statement and its values."""
    cause: object = getattr(error, "orig", None) or error
    words = " ".join(str(cause).split()) or type(cause).__name__
    return words[:300].rstrip(".") + "."


def is_malformed(error: BaseException) -> bool:
    """SQLite says that the file itself is damaged, or no database at all."""
    if not isinstance(error, SQLAlchemyError):
        return False
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return str(name).startswith("SQLITE_CORRUPT") or name == "SQLITE_NOTADB"
