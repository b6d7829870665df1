"""Recorded summaries as records: what the tail and the blocks hold of some series."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sqlalchemy import select

from web.history.records import RECORD
from web.history.schema import tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from web.history.records import Records

_EVER = 2**62


class Span(NamedTuple):
    """Ends later than `since` and not later than `until`, in microseconds."""

    since: int = -_EVER
    until: int = _EVER


def read_records(
    connection: Connection,
    series: Sequence[int],
    span: Span,
    *,
    limit: int | None = None,
    newest: bool = False,
) -> Records:
    """What the series have within the span, by end; with `limit` the first so many, or the last (`newest`)."""
    records = _tail(connection, series, span)
    records = records[np.lexsort((records["sequence"], records["end"]))]
    if limit is None:
        return records
    return records[max(0, len(records) - limit) :] if newest else records[:limit]


def _tail(connection: Connection, series: Sequence[int], span: Span) -> Records:
    query = select(tail.c.records).where(tail.c.last_end > span.since, tail.c.first_end <= span.until)
    data = b"".join(row.records for row in connection.execute(query.order_by(tail.c.id)))
    records = np.frombuffer(data, RECORD)
    ends = records["end"]
    return records[np.isin(records["series"], series) & (ends > span.since) & (ends <= span.until)]
