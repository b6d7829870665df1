"""Summaries as packed records, with the very digits that the live messages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from aggregation import microseconds
from aggregation.steps import STEPS
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation.summary import Summary, Window
    from inference.reading import Scores

Records: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
Steps: TypeAlias = np.ndarray[Any, np.dtype[np.int16]]
Shares: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

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


def whole_records(data: bytes) -> Records:
    """The records in these bytes; what is left over at their end is damage and left out."""
    return np.frombuffer(data[: len(data) - len(data) % RECORD.itemsize], RECORD)


def _place(emotion: str | None) -> int:
    return -1 if emotion is None else EMOTIONS.index(emotion)


_NO_SCORES = (0.0,) * len(EMOTIONS)


def _steps(scores: Sequence[Scores | None]) -> Steps:
    return round_shares(np.array([each or _NO_SCORES for each in scores]).T).T


def round_shares(shares: Shares) -> Steps:
    """Shares, an emotion a row, in steps, as `score_steps` has them; zeros where all are zero."""
    totals = np.zeros(shares.shape[1])
    for row in shares:
        totals += row  # in this order, for the last bits decide between remainders that are alike
    totals[totals == 0.0] = 1.0
    exact = shares * float(STEPS) / totals
    whole = np.floor(exact)
    steps = whole.astype(np.int16)
    missing = np.where(shares.any(axis=0), STEPS, 0) - steps.sum(axis=0)
    lost = exact - whole
    while len(places := np.flatnonzero(missing)):
        most = lost[:, places].argmax(axis=0)
        steps[most, places] += 1
        lost[most, places] = -1.0
        missing[places] -= 1
    return steps
