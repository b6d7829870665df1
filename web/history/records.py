"""Summaries as packed records, with the very digits that the live messages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from aggregation import microseconds
from inference.reading import EMOTIONS
from web.scores import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation.summary import Summary, Window
    from inference.reading import Scores

Records: TypeAlias = np.ndarray[Any, np.dtype[np.void]]

RECORD = np.dtype(
    [
        ("series", "<u4"),
        ("end", "<i8"),
        ("sequence", "<i8"),
        ("frames", "<u4"),
        ("faces", "<u4"),
        ("tracks", "<u4"),
        ("weight", "<u4"),
        ("coverage", "<u2"),
        ("dominant", "i1"),
        ("mean", "<u2", (len(EMOTIONS),)),
        ("distribution", "<u2", (len(EMOTIONS),)),
    ]
)
"""`end` in microseconds, `weight` in thousandths, `coverage` and scores in steps of 0.0001, all zero where no
face was seen. `dominant` is a place in `EMOTIONS`, -1 for none.
"""

WEIGHT_STEPS = 1000


class SeriesKey(NamedTuple):
    """What tells one series from another; times in microseconds."""

    stream: str
    window: str
    length: int
    interval: int
    smoothing_delay: int
    weights: str


def series_of(summary: Summary, window: Window | None) -> SeriesKey:
    """The series that a summary belongs to; `window` is its window where that is known."""
    return SeriesKey(
        summary.stream,
        summary.window,
        microseconds.from_seconds(summary.end) - microseconds.from_seconds(summary.start),
        microseconds.from_seconds(window.interval) if window else 0,
        microseconds.from_seconds(summary.smoothing_delay),
        window.weights if window else "equal",
    )


def pack(summaries: Sequence[Summary], series: Iterable[int]) -> Records:
    """The summaries as records, in their order; `series` are their numbers."""
    records = np.zeros(len(summaries), RECORD)
    records["series"] = np.fromiter(series, np.uint32, len(summaries))
    for name in ("sequence", "frames", "faces", "tracks"):
        records[name] = [getattr(summary, name) for summary in summaries]
    records["end"] = [microseconds.from_seconds(summary.end) for summary in summaries]
    records["weight"] = [round(summary.weight * WEIGHT_STEPS) for summary in summaries]
    records["coverage"] = [round(summary.coverage * STEPS) for summary in summaries]
    records["dominant"] = [_place(summary.dominant) for summary in summaries]
    records["mean"] = _steps([summary.mean_scores for summary in summaries])
    records["distribution"] = _steps([summary.face_distribution for summary in summaries])
    return records


def _place(emotion: str | None) -> int:
    return -1 if emotion is None else EMOTIONS.index(emotion)


_NO_SCORES = (0.0,) * len(EMOTIONS)


def _steps(scores: Sequence[Scores | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The same as `web.scores.score_steps` for each, in one go; zeros for `None`."""
    given = np.array([each or _NO_SCORES for each in scores])
    totals = np.array([sum(each) if each else 1.0 for each in scores])
    exact = given * STEPS / totals[:, None]
    steps: np.ndarray[Any, np.dtype[np.int64]] = np.floor(exact).astype(np.int64)
    missing = np.array([STEPS if each else 0 for each in scores]) - steps.sum(axis=1)
    order = np.argsort(steps - exact, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    steps += ranks < missing[:, None]
    return steps
