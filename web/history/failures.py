"""Errors of a database in one sentence, told apart from the mistakes of those who use it."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

THEIRS = (IntegrityError, DataError)
"""What was asked for cannot be, and the database is well. A table that is not there is another matter."""

DOWN = (DatabaseError, InterfaceError, PoolTimeoutError, OSError)
"""Where it is none of `THEIRS`: the database cannot be used now."""


def is_down(error: BaseException) -> bool:
    return isinstance(error, DOWN) and not isinstance(error, THEIRS)


def sentence(error: BaseException) -> str:
    """What the database or the system says, without the statement and its values."""
    cause: object = getattr(error, "orig", None) or error
    if isinstance(cause, OSError) and cause.strerror:
        words = f"{cause.strerror}: {cause.filename}" if cause.filename else cause.strerror
    else:
        lines = (" ".join(line.split()) for line in str(cause).splitlines())
        words = " ".join(_ended(line) for line in lines if line) or type(cause).__name__
    return _ended(words[:1].upper() + words[1:300])


def _ended(words: str) -> str:
    return words if words.endswith((".", "?", "!", ":", ";", ",")) else f"{words}."


def is_malformed(error: BaseException) -> bool:
    """SQLite says that the file itself is damaged, or no database at all."""
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    return name.startswith("SQLITE_CORRUPT") or name == "SQLITE_NOTADB"
