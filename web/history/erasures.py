"""How often something was erased, so that nothing worked out before an erasure is written after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from web.history.schema import meta

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEY = "erasures"


def erasures(connection: Connection, *, lock: bool = False) -> int:
    """With `lock`, none can begin before this transaction is over."""
    query = select(meta.c.value).where(meta.c.key == _KEY)
    found = connection.execute(query.with_for_update() if lock else query).scalar()
    return int(found or 0)


def begin_erasure(connection: Connection) -> None:
    """Called first in a transaction that erases."""
    count = erasures(connection, lock=True)
    if count:
        connection.execute(update(meta).where(meta.c.key == _KEY).values(value=str(count + 1)))
    else:
        connection.execute(insert(meta).values(key=_KEY, value="1"))
