"""Recorded summaries, read: by time, by sequence, and of which streams there are."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from sqlalchemy import select

from aggregation import microseconds
from aggregation.summary import Summary
from inference.reading import EMOTIONS
from web.history.reading import Span, read_records
from web.history.records import WEIGHT_STEPS
from web.history.schema import series
from web.scores import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from inference.reading import Scores
    from web.history.records import Records

Summaries: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
"""An array of `SUMMARY`, one row a summary."""

SUMMARY = np.dtype(
    [
        ("start", "i8"),
        ("end", "i8"),
        ("sequence", "i8"),
        ("smoothing_delay", "f8"),
        ("frames", "u4"),
        ("faces", "u4"),
        ("tracks", "u4"),
        ("coverage", "f8"),
        ("weight", "f8"),
        ("seen", "?"),
        ("dominant", "i1"),
        ("mean", "f8", (len(EMOTIONS),)),
        ("distribution", "f8", (len(EMOTIONS),)),
    ]
)
"""`start` and `end` in microseconds since the epoch, `smoothing_delay` in seconds. Scores and coverage are
the multiples of 0.0001 that the live messages showed; scores are zeros where `seen` is false (no face was, or
none that counts), and must be shown as null then. `dominant` is a place in `EMOTIONS`, -1 for none.
"""


class StreamWindow(NamedTuple):
    """A recorded window of a stream or group, in seconds; `interval` is 0 where it is not known."""

    stream: str
    window: str
    interval: float
    length: float


def read_summaries(
    connection: Connection,
    stream: str,
    window: str,
    since: int,
    until: int,
    *,
    limit: int | None = None,
    newest: bool = False,
) -> Summaries:
    """The summaries that end later than `since` and not later than `until` (microseconds), oldest first.

    With `limit` the first so many of them, or the last with `newest`: to page, go on from the last one's end.
    Where a clock was set back, two may have the same end.
    """
    rows = _series(connection, stream, window)
    records = read_records(connection, list(rows), Span(since, until), limit=limit, newest=newest)
    return _unpacked(records, rows)


def after_sequence(
    connection: Connection, stream: str, windows: Sequence[str] | None, sequence: int, limit: int
) -> list[Summary]:
    """The first `limit` of the windows (`None`: of all) that follow `sequence`, in order over all of them.

    A stream that has counted from the start again since then has nothing that follows.
    """
    rows = _series(connection, stream)
    wanted = {key: row for key, row in rows.items() if windows is None or row.window in windows}
    records = read_records(connection, list(wanted), Span())
    newest_life = _since_last_restart(records)
    following = newest_life[newest_life["sequence"] > sequence]
    following = following[np.argsort(following["sequence"], kind="stable")][:limit]
    return list(
        chain.from_iterable(
            to_summaries(_unpacked(following[index : index + 1], wanted), stream, wanted[key].window)
            for index, key in enumerate(following["series"].tolist())
        )
    )


def kept_from(connection: Connection, stream: str) -> dict[str, int]:
    """The sequence of the oldest summary that is still there, by window."""
    rows = _series(connection, stream)
    firsts: dict[str, int] = {}
    for key, row in rows.items():
        oldest = read_records(connection, [key], Span(), limit=1)
        if len(oldest):
            sequence = int(oldest["sequence"][0])
            firsts[row.window] = min(sequence, firsts.get(row.window, sequence))
    return firsts


def last_sequence(connection: Connection, stream: str) -> int:
    """The highest sequence recorded of the stream; 0 where there is none."""
    records = read_records(connection, list(_series(connection, stream)), Span(), limit=64, newest=True)
    return int(records["sequence"].max()) if len(records) else 0


def streams(connection: Connection) -> list[StreamWindow]:
    """What has been recorded, by stream and window; a window that was changed is there once for each form."""
    rows = connection.execute(select(series).order_by(series.c.stream, series.c.window, series.c.id))
    second = microseconds.PER_SECOND
    return [StreamWindow(row.stream, row.window, row.interval / second, row.length / second) for row in rows]


def to_summaries(rows: Summaries, stream: str, window: str) -> list[Summary]:
    """The same as messages, for rules and for the live interface."""
    return [_summary(row, stream, window) for row in rows]


def _summary(row: np.void, stream: str, window: str) -> Summary:
    seen = bool(row["seen"])
    dominant = int(row["dominant"])
    return Summary(
        stream=stream,
        window=window,
        sequence=int(row["sequence"]),
        start=microseconds.to_seconds(int(row["start"])),
        end=microseconds.to_seconds(int(row["end"])),
        smoothing_delay=float(row["smoothing_delay"]),
        frames=int(row["frames"]),
        faces=int(row["faces"]),
        tracks=int(row["tracks"]),
        coverage=float(row["coverage"]),
        mean_scores=_scores(row["mean"]) if seen else None,
        face_distribution=_scores(row["distribution"]) if seen else None,
        dominant=EMOTIONS[dominant] if dominant >= 0 else None,
        weight=float(row["weight"]),
    )


def _scores(values: np.ndarray[Any, np.dtype[np.float64]]) -> Scores:
    return tuple(values.tolist())


def _series(connection: Connection, stream: str, window: str | None = None) -> dict[int, Row[Any]]:
    query = select(series).where(series.c.stream == stream)
    if window is not None:
        query = query.where(series.c.window == window)
    return {row.id: row for row in connection.execute(query)}


def _unpacked(records: Records, rows: dict[int, Row[Any]]) -> Summaries:
    summaries = np.zeros(len(records), SUMMARY)
    for name in ("end", "sequence", "frames", "faces", "tracks", "dominant"):
        summaries[name] = records[name]
    for name in ("coverage", "mean", "distribution"):
        summaries[name] = records[name] / STEPS
    summaries["weight"] = records["weight"] / WEIGHT_STEPS
    summaries["seen"] = records["mean"].any(axis=1)
    for key, row in rows.items():
        mine = records["series"] == key
        summaries["start"][mine] = records["end"][mine] - row.length
        summaries["smoothing_delay"][mine] = row.smoothing_delay / microseconds.PER_SECOND
    return summaries


def _since_last_restart(records: Records) -> Records:
    """Of records by time, those after the last that is followed by a lower number in the same series."""
    begins = 0
    for key in np.unique(records["series"]):
        places = np.flatnonzero(records["series"] == key)
        back = np.flatnonzero(np.diff(records["sequence"][places]) <= 0)
        if len(back):
            begins = max(begins, int(places[back[-1] + 1]))
    return records[begins:]
