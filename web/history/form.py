"""The form of the history's tables, and whether the service that used them last came to a good end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from web.history.database import HistoryUnavailableError
from web.history.schema import meta, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORM = 1
"""Rises when the tables change."""

_FORM, _END = "schema", "end"


def begin(connection: Connection) -> bool:
    """Makes the tables that are not there; whether all that the last service had was written.

    Raises `HistoryUnavailableError` where a newer version has made them.
    """
    metadata.create_all(connection)
    found = _value(connection, _FORM)
    if found is None:
        _set(connection, _FORM, str(FORM))
    elif int(found) > FORM:
        raise HistoryUnavailableError(
            f"The history is of form {found}, of a newer version of Semblance; this one knows form {FORM}: "
            "use that version, or name another place, history.url in the configuration."
        )
    ended_well = found is None or _value(connection, _END) == "good"
    _set(connection, _END, "none yet")
    return ended_well


def end(connection: Connection) -> None:
    """All that there was to write was written."""
    _set(connection, _END, "good")


def _value(connection: Connection, key: str) -> str | None:
    return connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta).values(key=key, value=value))
