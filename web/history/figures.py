"""How much the history holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from web.history.records import RECORD
from web.history.schema import blocks, deliveries, events, markers, metadata, outbox, series, tail

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from web.history.location import Location


def known_streams(connection: Connection) -> list[str]:
    """The streams and groups of which anything is recorded."""
    of_each = (select(table.c.stream).distinct() for table in (series, events, markers))
    return sorted({name for query in of_each for name in connection.execute(query).scalars() if name})


@dataclass(frozen=True, slots=True)
class Figures:
    """`bytes` on disk with all that belongs to it; `waiting` are events on their way to hooks."""

    bytes: int
    streams: int
    summaries: int
    events: int
    markers: int
    deliveries: int
    waiting: int


def figures(connection: Connection, location: Location) -> Figures:
    def one(query: Select[Any]) -> int:
        return int(connection.execute(query).scalar_one() or 0)

    packed = one(select(func.sum(blocks.c.count)))
    fresh = one(select(func.sum(func.length(tail.c.records)))) // RECORD.itemsize
    return Figures(
        bytes=_bytes(connection, location),
        streams=one(select(func.count(series.c.stream.distinct()))),
        summaries=packed + fresh,
        events=one(select(func.count()).select_from(events)),
        markers=one(select(func.count()).select_from(markers)),
        deliveries=one(select(func.count()).select_from(deliveries)),
        waiting=one(select(func.count(outbox.c.id)).where(outbox.c.state == "waiting")),
    )


def _bytes(connection: Connection, location: Location) -> int:
    if location.path is None:
        sizes = [text(f"SELECT pg_total_relation_size('{name}')") for name in metadata.tables]
        return sum(connection.execute(size).scalar_one() for size in sizes)
    files = [location.path.with_name(location.path.name + ending) for ending in ("", "-wal", "-shm")]
    return sum(file.stat().st_size for file in files if file.exists())
