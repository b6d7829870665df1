"""Recorded summaries in portions: as many as a memory should hold at once, in order, none twice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import select

from web.history.piece import Span
from web.history.queries.part import part_of_piece, part_of_rows
from web.history.reading import read_some
from web.history.schema import series
from web.history.summaries import read_summaries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from web.history.piece import Piece
    from web.history.queries.part import Part
    from web.history.queries.reach import Reach
    from web.history.summaries import Summaries

PORTION = 16_384
"""Summaries read at once to be written: two hours and a quarter of a window every half second, 3 MB."""
LARGE = 172_800
"""To be taken together: a day of them, 10 MB."""

P = TypeVar("P")


class Reader(Protocol[P]):
    """Reads portions (`P`) of some kind."""

    def read(self, connection: Connection, reach: Reach) -> tuple[P, Reach | None]:
        """The oldest summaries within the reach, and the reach that is left, if any."""
        ...

    def end(self, portion: P) -> int | None:
        """When its last summary ends; `None` where it has none."""
        ...

    def of_rows(self, rows: Summaries) -> P: ...


@dataclass(frozen=True, slots=True)
class RowReader:
    """Implements `Reader`: about `size` rows at once, to be written one by one."""

    size: int = PORTION

    def read(self, connection: Connection, reach: Reach) -> tuple[Summaries, Reach | None]:
        rows = read_summaries(connection, *reach, limit=self.size + 1)
        if len(rows) <= self.size:
            return rows, None
        # Where a clock was set back two may end at the same time: they are not parted.
        whole = rows[rows["end"] < rows["end"][-1]]
        if not len(whole):
            whole = read_summaries(connection, *reach._replace(until=int(rows["end"][0])))
        return whole, reach._replace(since=int(whole["end"][-1]))

    def end(self, portion: Summaries) -> int | None:
        return int(portion["end"][-1]) if len(portion) else None

    def of_rows(self, rows: Summaries) -> Summaries:
        return rows


@dataclass(frozen=True, slots=True)
class PartReader:
    """Implements `Reader`: `size` summaries at once at most, to be taken together.

    They are left as they are recorded, which is three times as fast as rows of them; but where they must be
    sorted first.
    """

    size: int = LARGE

    def read(self, connection: Connection, reach: Reach) -> tuple[Sequence[Part], Reach | None]:
        mine = (series.c.stream == reach.stream, series.c.window == reach.window)
        rows = connection.execute(select(series.c.id, series.c.length).where(*mine))
        lengths = {row.id: row.length for row in rows}
        span = Span(reach.since, reach.until)
        pieces = read_some(connection, list(lengths), span, self.size + 1, newest=False)
        pieces = sorted((piece for piece in pieces if piece.size), key=lambda piece: int(piece.end[0]))
        counts = accumulate(piece.size for piece in pieces)
        fitting = [piece for piece, count in zip(pieces, counts, strict=True) if count <= self.size]
        if (pieces and not fitting) or not _in_order(pieces):
            sorted_rows, rest = RowReader(self.size).read(connection, reach)
            return self.of_rows(sorted_rows), rest
        parts = [part_of_piece(piece, lengths[piece.series]) for piece in fitting]
        if len(fitting) == len(pieces):
            return parts, None
        return parts, reach._replace(since=int(fitting[-1].end[-1]))

    def end(self, portion: Sequence[Part]) -> int | None:
        return int(portion[-1].end[-1]) if portion else None

    def of_rows(self, rows: Summaries) -> Sequence[Part]:
        return [part_of_rows(rows)] if len(rows) else []


def _in_order(pieces: Sequence[Piece]) -> bool:
    return all(first.end[-1] < second.end[0] for first, second in pairwise(pieces))
