"""The log of events: those that a question asks for, page by page, each as the document it was sent as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sqlalchemy import select, tuple_

from web.history.place import Place
from web.history.queries.reach import EVER
from web.history.schema import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

Order: TypeAlias = Literal["newest", "oldest"]
"""Which come first."""


class RecordedEvent(NamedTuple):
    """`at` in microseconds; `document` is JSON."""

    at: int
    id: str
    document: str

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Events later than `since` and not later than `until` (microseconds); of none named, all."""

    streams: Sequence[str] = ()
    rules: Sequence[str] = ()
    names: Sequence[str] = ()
    since: int = -EVER
    until: int = EVER


def read_events(
    connection: Connection, wanted: EventFilter, order: Order, limit: int, after: Place | None = None
) -> list[RecordedEvent]:
    """The first `limit` in this order that follow a place."""
    place = tuple_(events.c.at, events.c.id)
    query = _matching(wanted).limit(limit)
    if order == "oldest":
        query = query.order_by(events.c.at, events.c.id)
    else:
        query = query.order_by(events.c.at.desc(), events.c.id.desc())
    if after is not None:
        here = tuple_(after.at, after.mark)
        query = query.where(place > here if order == "oldest" else place < here)
    return [RecordedEvent(row.at, row.id, row.document) for row in connection.execute(query)]


def read_event(connection: Connection, event_id: str) -> str | None:
    """The document of one event."""
    document: str | None = connection.scalar(select(events.c.document).where(events.c.id == event_id))
    return document


def _matching(wanted: EventFilter) -> Select[tuple[int, str, str]]:
    query = select(events.c.at, events.c.id, events.c.document)
    query = query.where(events.c.at > wanted.since, events.c.at <= wanted.until)
    if wanted.streams:
        query = query.where(events.c.stream.in_(wanted.streams))
    if wanted.rules:
        query = query.where(events.c.rule.in_(wanted.rules))
    if wanted.names:
        query = query.where(events.c.name.in_(wanted.names))
    return query
