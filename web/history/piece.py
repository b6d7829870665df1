"""A piece of the history: summaries of one series by their ends, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from web.history.records import RECORD

if TYPE_CHECKING:
    from web.history.records import Records

Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]

_EVER = 2**62
_PLAIN = ("end", "sequence", "frames", "faces", "tracks", "weight", "coverage", "dominant")


class Span(NamedTuple):
    """Ends later than `since` and not later than `until`, in microseconds."""

    since: int = -_EVER
    until: int = _EVER


class Piece(NamedTuple):
    """The fields of `RECORD`, of whole numbers; `mean` and `distribution` have an emotion a row."""

    series: int
    end: Column
    sequence: Column
    frames: Column
    faces: Column
    tracks: Column
    weight: Column
    coverage: Column
    dominant: Column
    mean: Column
    distribution: Column

    @property
    def size(self) -> int:
        return len(self.end)

    def within(self, span: Span) -> Piece:
        first, last = np.searchsorted(self.end, span, side="right")
        return self if (first, last) == (0, self.size) else self.slice(int(first), int(last))

    def slice(self, first: int, last: int) -> Piece:
        return Piece(self.series, *(column[..., first:last] for column in self[1:]))

    def records(self) -> Records:
        records = np.empty(self.size, RECORD)
        records["series"] = self.series
        for name in _PLAIN:
            records[name] = getattr(self, name)
        records["mean"] = self.mean.T
        records["distribution"] = self.distribution.T
        return records


def pieces_of(records: Records) -> list[Piece]:
    """One for each series there is."""
    ordered = by_end(records)
    return [_piece(int(key), ordered[ordered["series"] == key]) for key in np.unique(records["series"])]


def by_end(records: Records) -> Records:
    """Sorted by end; those of one end by sequence."""
    return records[np.lexsort((records["sequence"], records["end"]))]


def _piece(series: int, records: Records) -> Piece:
    columns = {name: records[name] for name in _PLAIN}
    return Piece(series, **columns, mean=records["mean"].T, distribution=records["distribution"].T)
