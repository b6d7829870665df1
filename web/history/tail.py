"""The newest summaries, appended as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from web.history.records import SeriesKey, pack, series_of
from web.history.schema import series, tail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from aggregation.summary import Summary, Window
    from web.history.records import Records


class Appender:
    """Writes summaries; `windows` say what a summary does not say of its window."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows: Mapping[str, Window] = {window.name: window for window in windows}
        self._ids: dict[SeriesKey, int] = {}

    def append(self, connection: Connection, summaries: Sequence[Summary]) -> None:
        if not summaries:
            return
        keys = [series_of(summary, self._windows.get(summary.window)) for summary in summaries]
        self._check(connection)
        for key in dict.fromkeys(keys):
            if key not in self._ids:
                self._ids[key] = _series_id(connection, key)
        append_records(connection, pack(summaries, [self._ids[key] for key in keys]))

    def forget(self) -> None:
        """What was found or made in the database may not be there."""
        self._ids.clear()

    def _check(self, connection: Connection) -> None:
        """Others delete series too."""
        there = set(connection.execute(select(series.c.id)).scalars())
        self._ids = {key: number for key, number in self._ids.items() if number in there}


def append_records(connection: Connection, records: Records) -> None:
    ends = records["end"]
    row = {"first_end": int(ends.min()), "last_end": int(ends.max()), "records": records.tobytes()}
    connection.execute(insert(tail).values(row))


def _series_id(connection: Connection, key: SeriesKey) -> int:
    fits = [series.c[name] == value for name, value in key._asdict().items()]
    number = select(series.c.id).where(*fits)
    if connection.execute(number).scalar() is None:
        connection.execute(insert(series).values(key._asdict()))
    return int(connection.execute(number).scalar_one())
