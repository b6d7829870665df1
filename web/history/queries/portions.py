"""Recorded summaries in portions: as many as a memory should hold at once, in order, none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.history.summaries import read_summaries

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from web.history.queries.reach import Reach
    from web.history.summaries import Summaries

PORTION = 16_384
"""Summaries read at once to be written: two hours and a quarter of a window every half second, 3 MB."""
LARGE = 172_800
"""To be taken together: a day of them, 35 MB. To read fewer is slower, for blocks are cut in two then."""


def first_portion(connection: Connection, reach: Reach, size: int) -> tuple[Summaries, Reach | None]:
    """The oldest summaries within the reach, about `size` of them, and the reach that is left, if any."""
    rows = read_summaries(connection, *reach, limit=size + 1)
    if len(rows) <= size:
        return rows, None
    # Where a clock was set back two may end at the same time: they are not parted.
    whole = rows[rows["end"] < rows["end"][-1]]
    portion = whole if len(whole) else read_summaries(connection, *reach._replace(until=int(rows["end"][0])))
    return portion, reach._replace(since=int(portion["end"][-1]))
