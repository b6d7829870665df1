"""Recorded summaries of some series, as pieces: what the tail and the blocks hold of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from web.history.block import DamagedBlockError, decode
from web.history.damage import noting
from web.history.failures import is_malformed, sentence
from web.history.piece import Piece, Span, pieces_of
from web.history.records import RECORD, whole_records
from web.history.schema import blocks, tail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Result

_AT_ONCE = 64
"""Rows of the tail that are fetched together; of blocks one is."""


class _Segment(NamedTuple):
    """A row of the tail or of the blocks."""

    first_end: int
    last_end: int
    is_block: bool
    id: int


def read_pieces(connection: Connection, series: Sequence[int], span: Span) -> list[Piece]:
    """All that the series have within the span; pieces of one series may overlap."""
    newer = connection.execute(
        select(tail.c.records)
        .where(tail.c.last_end > span.since, tail.c.first_end <= span.until)
        .order_by(tail.c.id)
    )
    older = connection.execute(
        select(blocks.c.id)
        .where(blocks.c.series.in_(series), blocks.c.last_end > span.since, blocks.c.first_end <= span.until)
        .order_by(blocks.c.first_end)
    )
    packed = read_blocks(connection, list(older.scalars()))
    return [*_within(packed, span), *_within(_of_tail(newer, series), span)]


def read_some(
    connection: Connection, series: Sequence[int], span: Span, limit: int, *, newest: bool
) -> list[Piece]:
    """At least the first, or the last (`newest`), `limit` summaries within the span, and hardly more."""
    pieces: list[Piece] = []
    for together in _together(_segments(connection, series, span, newest=newest)):
        nearest = together[0]
        beyond = Span(nearest.last_end, span.until) if newest else Span(span.since, nearest.first_end - 1)
        if sum(piece.within(beyond).size for piece in pieces) >= limit:
            break
        pieces += _within(_fetched(connection, together, series), span)
    return pieces


def read_following(connection: Connection, series: int, sequence: int, limit: int) -> list[Piece]:
    """All of the series that may follow the sequence, or at least the first `limit` and the newest.

    Backwards, the search ends with the sequence, or where the stream counted from the start again.
    """
    fresh, found = _tail_following(connection, series, sequence)
    return fresh if found else [*_blocks_following(connection, series, sequence, limit), *fresh]


def read_blocks(connection: Connection, numbers: Iterable[int]) -> Iterator[Piece]:
    """Blocks by their numbers, but for those that are damaged.

    Each by itself, so that a part of the file that cannot be read costs no other.
    """
    for number in numbers:
        query = select(blocks.c.series, blocks.c.data).where(blocks.c.id == number)
        try:
            row = connection.execute(query).one()
            yield decode(row.data, row.series)
        except DamagedBlockError as error:
            noting(connection).note(number, str(error))
        except DatabaseError as error:
            if not is_malformed(error):
                raise
            noting(connection).note(number, sentence(error))


def _tail_following(connection: Connection, series: int, sequence: int) -> tuple[list[Piece], bool]:
    """The newest of the tail, and whether they go back to the sequence."""
    pieces: list[Piece] = []
    numbers = connection.execute(select(tail.c.id).order_by(tail.c.id.desc())).scalars().all()
    for begin in range(0, len(numbers), _AT_ONCE):
        found = list(_of_tail(_tail_rows(connection, numbers[begin : begin + _AT_ONCE]), [series]))
        pieces += found
        if any((piece.sequence <= sequence).any() for piece in found):
            return pieces, True
    return pieces, False


def _blocks_following(connection: Connection, series: int, sequence: int, limit: int) -> Iterator[Piece]:
    found = []
    newer_last = None
    for row in connection.execute(
        select(blocks.c.id, blocks.c.count.label("size"), blocks.c.last_sequence)
        .where(blocks.c.series == series)
        .order_by(blocks.c.last_end.desc())
    ):
        if row.last_sequence <= sequence or (newer_last is not None and row.last_sequence > newer_last):
            break
        newer_last = row.last_sequence
        found.append(row)
    # How much of the oldest follows is not known: sequences are of all windows together.
    wanted, count = [found.pop().id] if found else [], 0
    while found and count < limit:
        next_one = found.pop()
        count += next_one.size
        wanted.append(next_one.id)
    return read_blocks(connection, wanted)


def _segments(connection: Connection, series: Sequence[int], span: Span, *, newest: bool) -> list[_Segment]:
    rows = []
    for table in (tail, blocks):
        query = select(table.c.first_end, table.c.last_end, table.c.id).where(
            table.c.last_end > span.since, table.c.first_end <= span.until
        )
        if table is blocks:
            query = query.where(blocks.c.series.in_(series))
        rows += [
            _Segment(row.first_end, row.last_end, table is blocks, row.id)
            for row in connection.execute(query)
        ]
    if newest:
        return sorted(rows, key=lambda segment: -segment.last_end)
    return sorted(rows)


def _together(segments: Iterable[_Segment]) -> Iterator[list[_Segment]]:
    """Runs of the tail's rows, and each block alone."""
    run: list[_Segment] = []
    for segment in segments:
        if run and (segment.is_block or len(run) == _AT_ONCE):
            yield run
            run = []
        if segment.is_block:
            yield [segment]
        else:
            run.append(segment)
    if run:
        yield run


def _fetched(connection: Connection, segments: Sequence[_Segment], series: Sequence[int]) -> Iterator[Piece]:
    numbers = [segment.id for segment in segments]
    if segments[0].is_block:
        return read_blocks(connection, numbers)
    return _of_tail(_tail_rows(connection, numbers), series)


def _tail_rows(connection: Connection, numbers: Sequence[int]) -> Result[Any]:
    return connection.execute(select(tail.c.records).where(tail.c.id.in_(numbers)).order_by(tail.c.id))


def _of_tail(rows: Result[Any], series: Sequence[int]) -> Iterator[Piece]:
    records = np.concatenate([np.zeros(0, RECORD), *(whole_records(row.records) for row in rows)])
    yield from pieces_of(records[np.isin(records["series"], series)])


def _within(pieces: Iterable[Piece], span: Span) -> Iterator[Piece]:
    return (cut for piece in pieces if (cut := piece.within(span)).size)
