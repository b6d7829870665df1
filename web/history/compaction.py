"""Compaction: what gathered in the tail becomes blocks; readers work them out, the writer puts them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, insert, select

from aggregation import microseconds
from web.history.block import encode
from web.history.erasures import erasures
from web.history.piece import Piece, pieces_of
from web.history.reading import read_blocks
from web.history.records import RECORD, whole_records
from web.history.schema import blocks, tail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

FULL = 7200
"""Summaries in a block: an hour of two a second. Newer ones join the last block until it is full."""
SPAN = 2 * 3600 * microseconds.PER_SECOND
"""From the first end in a block to the last, at most: a block is kept until all in it is too old."""
_AT_ONCE = 400_000 * RECORD.itemsize
"""Bytes of the tail that are compacted together, about."""


@dataclass(frozen=True, slots=True)
class Compaction:
    """`made` are rows of `blocks`, in place of those `replaced` and of the tail `through` this row.

    There is `more` in the tail than is worked out together.
    """

    erasures: int
    through: int
    replaced: Sequence[int]
    made: Sequence[dict[str, Any]]
    more: bool


def plan(connection: Connection) -> Compaction | None:
    """For the oldest part of the tail; `None` where it is empty. Takes seconds when it is long."""
    counted = erasures(connection)
    through, data = _oldest(connection)
    if not data:
        return None
    replaced: list[int] = []
    made: list[dict[str, Any]] = []
    for piece in pieces_of(whole_records(data)):
        before = _last_block(connection, piece)
        if before is not None:
            replaced.append(before[0])
        whole = piece if before is None else _joined(before[1], piece)
        made += [block_row(each) for each in _split(whole)]
    return Compaction(counted, through, replaced, made, more=len(data) >= _AT_ONCE)


def apply(connection: Connection, compaction: Compaction) -> bool:
    """Puts it in place, unless something was erased since it was planned."""
    if erasures(connection, lock=True) != compaction.erasures:
        return False
    connection.execute(delete(blocks).where(blocks.c.id.in_(compaction.replaced)))
    connection.execute(insert(blocks), compaction.made)
    connection.execute(delete(tail).where(tail.c.id <= compaction.through))
    return True


def block_row(piece: Piece) -> dict[str, Any]:
    """A piece as a row of `blocks`."""
    return {
        "series": piece.series,
        "first_end": int(piece.end[0]),
        "last_end": int(piece.end[-1]),
        "first_sequence": int(piece.sequence.min()),
        "last_sequence": int(piece.sequence.max()),
        "count": piece.size,
        "data": encode(piece),
    }


def _oldest(connection: Connection) -> tuple[int, bytes]:
    data = bytearray()
    through = 0
    for row in connection.execute(select(tail.c.id, tail.c.records).order_by(tail.c.id)):
        data += whole_records(row.records).tobytes()
        through = row.id
        if len(data) >= _AT_ONCE:
            break
    return through, bytes(data)


def _last_block(connection: Connection, piece: Piece) -> tuple[int, Piece] | None:
    """The newest block of the same series with its number, if there is room in it."""
    query = select(blocks.c.id, blocks.c.first_end, blocks.c.count.label("size"))
    of_series = query.where(blocks.c.series == piece.series)
    row = connection.execute(of_series.order_by(blocks.c.last_end.desc()).limit(1)).first()
    if row is None or row.size + piece.size > FULL or int(piece.end[-1]) - row.first_end > SPAN:
        return None
    for block in read_blocks(connection, [row.id]):
        return row.id, block
    return None  # it is damaged, and stays as it is


def _joined(first: Piece, second: Piece) -> Piece:
    return pieces_of(np.concatenate([first.records(), second.records()]))[0]


def _split(piece: Piece) -> Iterator[Piece]:
    begin = 0
    while begin < piece.size:
        late = int(np.searchsorted(piece.end, piece.end[begin] + SPAN, side="right"))
        yield piece.slice(begin, min(begin + FULL, late))
        begin = min(begin + FULL, late)
