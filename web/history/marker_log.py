"""The log of markers: set, listed page by page, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, tuple_

from aggregation import microseconds
from aggregation.event import Marker
from web.history.place import Place
from web.history.queries.reach import EVER
from web.history.schema import markers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from web.history.event_log import Order


@dataclass(frozen=True, slots=True)
class MarkerFilter:
    """Markers later than `since` and not later than `until` (microseconds); of a stream also those of all."""

    stream: str | None = None
    label: str | None = None
    since: int = -EVER
    until: int = EVER


def add_marker(connection: Connection, marker: Marker) -> None:
    at = microseconds.from_seconds(marker.at)
    connection.execute(insert(markers).values(id=marker.id, stream=marker.stream, at=at, label=marker.label))


def remove_marker(connection: Connection, marker_id: str) -> bool:
    """Whether it was there."""
    return connection.execute(delete(markers).where(markers.c.id == marker_id)).rowcount > 0


def read_marker(connection: Connection, marker_id: str) -> Marker | None:
    row = connection.execute(select(markers).where(markers.c.id == marker_id)).first()
    return None if row is None else _marker(row)


def read_markers(
    connection: Connection, wanted: MarkerFilter, order: Order, limit: int, after: Place | None = None
) -> list[Marker]:
    """The first `limit` in this order that follow a place."""
    place = tuple_(markers.c.at, markers.c.id)
    query = select(markers).where(markers.c.at > wanted.since, markers.c.at <= wanted.until).limit(limit)
    if wanted.stream is not None:
        query = query.where(or_(markers.c.stream == wanted.stream, markers.c.stream.is_(None)))
    if wanted.label is not None:
        query = query.where(markers.c.label == wanted.label)
    if order == "oldest":
        query = query.order_by(markers.c.at, markers.c.id)
    else:
        query = query.order_by(markers.c.at.desc(), markers.c.id.desc())
    if after is not None:
        here = tuple_(after.at, after.mark)
        query = query.where(place > here if order == "oldest" else place < here)
    return [_marker(row) for row in connection.execute(query)]


def marker_place(marker: Marker) -> Place:
    return Place(microseconds.from_seconds(marker.at), marker.id)


def _marker(row: Row[Any]) -> Marker:
    return Marker(row.id, row.stream, microseconds.to_seconds(row.at), row.label)
