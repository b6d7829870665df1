"""Scores around markers, from memory and from what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from aggregation import microseconds
from inference.reading import EMOTIONS
from web.history.around import Around, around
from web.history.queries.portions import RowReader
from web.history.queries.reach import Reach
from web.history.summaries import SUMMARY
from web.history_documents import MarkerDocument
from web.marker_documents import (
    LabelScoresDocument,
    MarkerScoresDocument,
    MomentDocument,
    difference_document,
    scores_document,
    side_document,
)
from web.messages import marker_json, utc
from web.problems import FieldError
from web.service import UnknownStreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.event import Marker
    from web.history.around import Numbers
    from web.history.queries.summary_history import SummaryHistory
    from web.history.summaries import Summaries
    from web.marker_question import SidesQuestion
    from web.summary_windows import SummaryWindows


class _Looked(NamedTuple):
    stream: str
    window: str
    rows: Summaries
    around: Around
    error: str | None


class MarkerScores:
    """Looks at the windows around markers."""

    def __init__(self, history: SummaryHistory, windows: SummaryWindows) -> None:
        self._history = history
        self._windows = windows

    async def of_marker(self, marker: Marker, question: SidesQuestion) -> MarkerScoresDocument:
        """Raises `FieldError`, `HistoryUnavailableError`."""
        looked = await self._look(marker, question)
        return MarkerScoresDocument(
            marker=marker_document(marker),
            stream=looked.stream,
            window=looked.window,
            before=side_document(looked.around.before),
            after=side_document(looked.around.after),
            difference=difference_document(looked.around.difference),
            series=[_moment(row, marker) for row in looked.rows],
            history_error=looked.error,
        )

    async def of_label(
        self, label: str, markers: Sequence[Marker], question: SidesQuestion
    ) -> LabelScoresDocument:
        """Raises as `of_marker` does."""
        looked = [await self._look(marker, question) for marker in markers]
        counted = [each.around for each in looked if each.around.difference is not None]
        before = _mean([each.before.mean for each in counted])
        after = _mean([each.after.mean for each in counted])
        return LabelScoresDocument(
            label=label,
            window=looked[0].window if looked else None,
            markers=len(looked),
            counted=len(counted),
            before=scores_document(before),
            after=scores_document(after),
            difference=difference_document(_mean([each.difference for each in counted])),
            history_error=next((each.error for each in looked if each.error is not None), None),
        )

    async def _look(self, marker: Marker, question: SidesQuestion) -> _Looked:
        stream = question.stream or marker.stream
        if stream is None:
            raise FieldError(
                "stream", "The marker is one of all streams; name the one whose scores you want."
            )
        try:
            window = await self._windows.find(stream, question.window)
        except UnknownStreamError:
            raise FieldError("stream", f"Nothing is known of a stream or group {stream!r}.") from None
        question.check(window.name, window.length)
        at = microseconds.from_seconds(marker.at)
        since = at - microseconds.from_seconds(question.before)
        until = at + microseconds.from_seconds(question.after)
        portions = await self._history.portions(Reach(stream, window.name, since, until), RowReader())
        rows = np.concatenate([np.zeros(0, SUMMARY), *[rows async for rows in portions]])
        whole = rows[(rows["start"] >= since) | (rows["end"] > at)]
        return _Looked(stream, window.name, rows, around(whole, at), portions.error)


def marker_document(marker: Marker) -> MarkerDocument:
    return MarkerDocument.model_validate(marker_json(marker))


def _mean(values: Sequence[Numbers | None]) -> Numbers | None:
    given = [value for value in values if value is not None]
    return np.asarray(np.mean(given, axis=0)) if given else None


def _moment(row: np.void, marker: Marker) -> MomentDocument:
    end, dominant = microseconds.to_seconds(int(row["end"])), int(row["dominant"])
    return MomentDocument(
        end=utc(end),
        offset=round(end - marker.at, 3),
        faces=int(row["faces"]),
        coverage=round(float(row["coverage"]), 4),
        window_mean_scores=scores_document(row["mean"]) if row["seen"] else None,
        dominant=EMOTIONS[dominant] if dominant >= 0 else None,
    )
