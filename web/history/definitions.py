"""What was defined over REST and outlives a restart: rules, groups, webhooks, each as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import delete, insert, select

from web.history.schema import definitions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from web.history.database import Database

Kind: TypeAlias = Literal["rule", "group", "webhook"]


class Definitions:
    """The documents of one kind, by id. All calls raise `HistoryUnavailableError`."""

    def __init__(self, database: Database, kind: Kind) -> None:
        self._database = database
        self._kind = kind

    async def all(self) -> dict[str, str]:
        """Every document there is, ordered by id."""
        query = (
            select(definitions.c.id, definitions.c.document)
            .where(definitions.c.kind == self._kind)
            .order_by(definitions.c.id)
        )

        def read(connection: Connection) -> dict[str, str]:
            return {row.id: row.document for row in connection.execute(query)}

        return await self._database.read(read)

    async def keep(self, name: str, document: str) -> None:
        """Returns when it is safe on disk, in place of the one of this id that was there."""

        def write(connection: Connection) -> None:
            connection.execute(delete(definitions).where(*self._of(name)))
            connection.execute(insert(definitions).values(kind=self._kind, id=name, document=document))

        await self._database.write(write)

    async def remove(self, name: str) -> bool:
        """Whether there was one."""

        def write(connection: Connection) -> bool:
            return connection.execute(delete(definitions).where(*self._of(name))).rowcount > 0

        return await self._database.write(write)

    def _of(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return definitions.c.kind == self._kind, definitions.c.id == name
