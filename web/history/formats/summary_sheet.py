"""Recorded summaries as JSON, the very text that the live messages had, and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from inference.reading import EMOTIONS
from web.history.formats.sheet import Column
from web.history.formats.summary_text import summary_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from web.history.summaries import Summaries

MEANS = tuple(Column(f"mean_{emotion}", "score") for emotion in EMOTIONS)
SHARES = tuple(Column(f"share_{emotion}", "score") for emotion in EMOTIONS)
_COUNTS = ("frames", "faces", "tracks")


class SummarySheet:
    """Implements `Sheet` for the summaries of one window."""

    name = "summaries"
    columns = (
        Column("stream", "id"),
        Column("window", "id"),
        Column("sequence", "count"),
        Column("start", "time"),
        Column("end", "time"),
        Column("smoothing_delay", "number"),
        *(Column(name, "count") for name in _COUNTS),
        Column("coverage", "score"),
        Column("dominant", "id"),
        *MEANS,
        *SHARES,
    )

    def __init__(self, stream: str, window: str) -> None:
        self._stream = stream
        self._window = window

    def documents(self, portion: Summaries) -> Iterable[str]:
        return summary_texts(portion, self._stream, self._window)

    def values(self, portion: Summaries) -> Sequence[Sequence[object]]:
        plain = ("sequence", "start", "end", "smoothing_delay", *_COUNTS, "coverage")
        return [
            [self._stream] * len(portion),
            [self._window] * len(portion),
            *(portion[name].tolist() for name in plain),
            dominants(portion),
            *scores(portion, "mean"),
            *scores(portion, "distribution"),
        ]


def dominants(rows: np.ndarray[Any, np.dtype[np.void]]) -> list[str | None]:
    names = (*EMOTIONS, None)  # -1 is the last of them
    return [names[place] for place in rows["dominant"].tolist()]


def scores(rows: np.ndarray[Any, np.dtype[np.void]], name: str) -> list[list[float | None]]:
    """The eight columns of one kind of scores, to four digits."""
    seen = rows["seen"]
    columns = np.round(rows[name], 4).astype(object)
    columns[~seen] = None
    lists: list[list[float | None]] = columns.T.tolist()
    return lists
