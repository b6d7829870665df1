"""Erasing what was recorded of one stream or group in a range of time, in steps that hold nobody up."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import delete, insert, select, update

from aggregation import microseconds
from web.history.block import DamagedBlockError, decode
from web.history.compaction import block_row
from web.history.erasures import begin_erasure
from web.history.piece import pieces_of
from web.history.records import whole_records
from web.history.retention import forget_empty_series
from web.history.schema import blocks, deliveries, events, markers, outbox, series, tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from sqlalchemy import Connection

    from aggregation.summary import Summary
    from web.history.piece import Piece
    from web.history.records import Records

    Step: TypeAlias = "Callable[[Connection, Erasure], Erased]"

_AT_ONCE = 500
_BLOCKS = 50
_EVIDENCE = 3600 * microseconds.PER_SECOND
"""For how long after the range an event may tell of what was in it."""


class Erasure(NamedTuple):
    """What is erased: all that tells of `stream` between two times, in microseconds.

    So a window that only reaches into the range goes too, and an event after it with evidence from it.
    """

    stream: str
    since: int
    until: int

    def covers(self, summary: Summary) -> bool:
        end, start = microseconds.from_seconds(summary.end), microseconds.from_seconds(summary.start)
        return summary.stream == self.stream and end > self.since and start < self.until


@dataclass(slots=True)
class Erased:
    """How many of each kind were erased; `outbox` are deliveries to come, `deliveries` attempts made.

    `damaged` blocks of summaries went whole, for nobody could say what of them was meant.
    """

    summaries: int = 0
    events: int = 0
    outbox: int = 0
    deliveries: int = 0
    markers: int = 0
    damaged: int = 0

    def add(self, other: Erased) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


class Outcome(NamedTuple):
    """`settled` is false where others use the database so much that its log still has what was erased.

    `set_aside` are damaged files beside the history, which may have it too.
    """

    erased: Erased
    settled: bool
    set_aside: tuple[str, ...]


def erase_step(step: Step, connection: Connection, erasure: Erasure) -> Erased:
    """One step, in a transaction of its own; again until it finds nothing."""
    begin_erasure(connection)
    return step(connection, erasure)


def erase_tail(connection: Connection, erasure: Erasure) -> Erased:
    lengths = _lengths(connection, erasure.stream)
    erased = Erased()
    overlapping = select(tail.c.id, tail.c.records).where(tail.c.last_end > erasure.since)
    for row in connection.execute(overlapping).all() if lengths else ():
        records = whole_records(row.records)
        meant = _meant(records, lengths, erasure)
        if meant.any():
            erased.summaries += int(meant.sum())
            _replace_tail_row(connection, row.id, records[~meant])
    return erased


def erase_blocks(connection: Connection, erasure: Erasure) -> Erased:
    erased = Erased()
    for key, length in _lengths(connection, erasure.stream).items():
        overlapping = (
            select(blocks.c.id, blocks.c.data, blocks.c.count.label("size"))
            .where(blocks.c.series == key, blocks.c.last_end > erasure.since)
            .where(blocks.c.first_end < erasure.until + length)
            .limit(_BLOCKS)
        )
        for row in connection.execute(overlapping).all():
            try:
                kept = _outside(decode(row.data, key), erasure, length)
            except DamagedBlockError:
                kept = []
                erased.damaged += 1
            connection.execute(delete(blocks).where(blocks.c.id == row.id))
            if kept:
                connection.execute(insert(blocks), [block_row(piece) for piece in kept])
            erased.summaries += row.size - sum(piece.size for piece in kept)
    return erased


def erase_events(connection: Connection, erasure: Erasure) -> Erased:
    """With their deliveries, made and to come."""
    of_stream = select(events.c.id).where(events.c.stream == erasure.stream)
    within = of_stream.where(events.c.at >= erasure.since, events.c.at <= erasure.until).limit(_AT_ONCE)
    ids = list(connection.execute(within).scalars()) or _telling(connection, erasure)
    return Erased(
        deliveries=connection.execute(delete(deliveries).where(deliveries.c.event.in_(ids))).rowcount,
        outbox=connection.execute(delete(outbox).where(outbox.c.event.in_(ids))).rowcount,
        events=connection.execute(delete(events).where(events.c.id.in_(ids))).rowcount,
    )


def erase_markers(connection: Connection, erasure: Erasure) -> Erased:
    """Those of the stream alone: markers of all streams tell of none."""
    within = (markers.c.at >= erasure.since) & (markers.c.at <= erasure.until)
    mine = delete(markers).where(markers.c.stream == erasure.stream, within)
    erased = Erased(markers=connection.execute(mine).rowcount)
    forget_empty_series(connection)
    return erased


STEPS: tuple[Step, ...] = (erase_tail, erase_blocks, erase_events, erase_markers)


def _lengths(connection: Connection, stream: str) -> dict[int, int]:
    """The lengths of the stream's windows, by series."""
    rows = connection.execute(select(series.c.id, series.c.length).where(series.c.stream == stream))
    return {row.id: row.length for row in rows}


def _meant(
    records: Records, lengths: Mapping[int, int], erasure: Erasure
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    meant = np.zeros(len(records), bool)
    for key, length in lengths.items():
        reaches = (records["end"] > erasure.since) & (records["end"] - length < erasure.until)
        meant |= (records["series"] == key) & reaches
    return meant


def _replace_tail_row(connection: Connection, number: int, kept: Records) -> None:
    row = tail.c.id == number
    if len(kept):
        connection.execute(update(tail).where(row).values(records=kept.tobytes()))
    else:
        connection.execute(delete(tail).where(row))


def _outside(piece: Piece, erasure: Erasure, length: int) -> list[Piece]:
    """What is before the range, and what is after it."""
    records = piece.records()
    before = records[records["end"] <= erasure.since]
    after = records[records["end"] - length >= erasure.until]
    return [*pieces_of(before), *pieces_of(after)]


def _telling(connection: Connection, erasure: Erasure) -> list[str]:
    """Events after the range that show windows of it."""
    later = select(events.c.id, events.c.document).where(
        events.c.stream == erasure.stream,
        events.c.at > erasure.until,
        events.c.at <= erasure.until + _EVIDENCE,
    )
    return [row.id for row in connection.execute(later) if _tells(row.document, erasure)]


def _tells(document: str, erasure: Erasure) -> bool:
    ends = (datetime.fromisoformat(each["end"]).timestamp() for each in json.loads(document)["evidence"])
    return any(erasure.since < microseconds.from_seconds(end) <= erasure.until for end in ends)
