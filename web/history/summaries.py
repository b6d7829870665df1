"""Recorded summaries, read: by time, by sequence, and of which streams there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from sqlalchemy import select

from aggregation import microseconds
from aggregation.steps import STEPS
from aggregation.summary import Summary
from inference.reading import EMOTIONS
from web.history.piece import Span
from web.history.reading import read_following, read_pieces, read_some
from web.history.records import WEIGHT_STEPS
from web.history.schema import series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from inference.reading import Scores
    from web.history.piece import Piece

Summaries: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
"""An array of `SUMMARY`, one row a summary."""
Scored: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
"""Eight scores, in the order of `EMOTIONS`."""

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


_NEWEST = 64
"""Summaries that are looked at for the last sequence: windows that end together are in no order."""


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
    span = Span(since, until)
    if limit is None:
        return _array(read_pieces(connection, list(rows), span), rows)
    found = _array(read_some(connection, list(rows), span, limit, newest=newest), rows)
    return found[max(0, len(found) - limit) :] if newest else found[:limit]


def after_sequence(
    connection: Connection, stream: str, windows: Sequence[str] | None, sequence: int, limit: int
) -> list[Summary]:
    """The first `limit` of the windows (`None`: of all) that follow `sequence`, in order over all of them.

    A stream that has counted from the start again since then has nothing that follows.
    """
    found: list[tuple[Summaries, str]] = []
    begin = 0
    for key, row in _series(connection, stream).items():
        rows = _array(read_following(connection, key, sequence, limit), {key: row})
        begin = max(begin, _newest_life(rows))
        if windows is None or row.window in windows:
            found.append((rows, row.window))
    following = [
        summary
        for rows, window in found
        for summary in to_summaries(
            rows[(rows["sequence"] > sequence) & (rows["end"] >= begin)][:limit], stream, window
        )
    ]
    return sorted(following, key=lambda summary: summary.sequence)[:limit]


def kept_from(connection: Connection, stream: str) -> dict[str, int]:
    """The sequence of the oldest summary that is still there, by window."""
    firsts: dict[str, int] = {}
    for key, row in _series(connection, stream).items():
        oldest = _array(read_some(connection, [key], Span(), 1, newest=False), {key: row})
        if len(oldest):
            sequence = int(oldest["sequence"][0])
            firsts[row.window] = min(sequence, firsts.get(row.window, sequence))
    return firsts


def last_sequence(connection: Connection, stream: str) -> int:
    """The sequence of the stream's newest summary; 0 where there is none."""
    rows = _series(connection, stream)
    newest = _array(read_some(connection, list(rows), Span(), _NEWEST, newest=True), rows)[-_NEWEST:]
    return int(newest["sequence"].max()) if len(newest) else 0


def streams(connection: Connection) -> list[StreamWindow]:
    """What has been recorded, by stream and window; a window that was changed is there once for each form."""
    rows = connection.execute(select(series).order_by(series.c.stream, series.c.window, series.c.id))
    second = microseconds.PER_SECOND
    return [StreamWindow(row.stream, row.window, row.interval / second, row.length / second) for row in rows]


def to_summaries(rows: Summaries, stream: str, window: str) -> list[Summary]:
    """The same as messages, for rules and for the live interface."""
    seen, dominant = rows["seen"].tolist(), rows["dominant"].tolist()
    columns = (
        rows["sequence"].tolist(),
        (rows["start"] / microseconds.PER_SECOND).tolist(),
        (rows["end"] / microseconds.PER_SECOND).tolist(),
        *(rows[name].tolist() for name in ("smoothing_delay", "frames", "faces", "tracks", "coverage")),
        _scores(rows["mean"], seen),
        _scores(rows["distribution"], seen),
        [EMOTIONS[place] if place >= 0 else None for place in dominant],
        rows["weight"].tolist(),
    )
    return [Summary(stream, window, *row) for row in zip(*columns, strict=True)]


def _scores(rows: Scored, seen: Sequence[bool]) -> list[Scores | None]:
    """An emotion a column; a list at a time, which takes a fraction of what row by row does."""
    return [tuple(row) if there else None for row, there in zip(rows.tolist(), seen, strict=True)]


def _series(connection: Connection, stream: str, window: str | None = None) -> dict[int, Row[Any]]:
    query = select(series).where(series.c.stream == stream)
    if window is not None:
        query = query.where(series.c.window == window)
    return {row.id: row for row in connection.execute(query)}


def _array(pieces: Sequence[Piece], rows: Mapping[int, Row[Any]]) -> Summaries:
    """By end, those of one end by sequence."""
    summaries = np.empty(sum(piece.size for piece in pieces), SUMMARY)
    begin = 0
    for piece in pieces:
        _fill(summaries[begin : begin + piece.size], piece, rows[piece.series])
        begin += piece.size
    if (np.diff(summaries["end"]) > 0).all():
        return summaries
    return summaries[np.lexsort((summaries["sequence"], summaries["end"]))]


def _fill(summaries: Summaries, piece: Piece, row: Row[Any]) -> None:
    for name in ("end", "sequence", "frames", "faces", "tracks", "dominant"):
        summaries[name] = getattr(piece, name)
    np.subtract(piece.end, row.length, out=summaries["start"])
    np.divide(piece.coverage, STEPS, out=summaries["coverage"])
    np.divide(piece.weight, WEIGHT_STEPS, out=summaries["weight"])
    np.divide(piece.mean.T, STEPS, out=summaries["mean"])
    np.divide(piece.distribution.T, STEPS, out=summaries["distribution"])
    summaries["smoothing_delay"] = row.smoothing_delay / microseconds.PER_SECOND
    summaries["seen"] = piece.mean.any(axis=0)


def _newest_life(summaries: Summaries) -> int:
    """The first end since the stream counted from the start, as far as these show.

    Then it falls far; windows of a group that close late may change places.
    """
    sequences = summaries["sequence"]
    back = np.flatnonzero(sequences[1:] * 2 < sequences[:-1])
    return int(summaries["end"][back[-1] + 1]) if len(back) else 0
