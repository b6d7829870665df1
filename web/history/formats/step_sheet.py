"""Summaries taken together step by step, as JSON and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from aggregation import microseconds
from inference.reading import EMOTIONS
from web.history.formats.sheet import Column
from web.history.formats.summary_sheet import MEANS, SHARES, dominants, scores
from web.messages import encode, utc
from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from web.history.steps import StepRows

_COUNTS = ("windows", "frames", "faces", "tracks")


class StepSheet:
    """Implements `Sheet` for the steps of one window."""

    name = "steps"
    columns = (
        Column("stream", "id"),
        Column("window", "id"),
        Column("start", "time"),
        Column("end", "time"),
        *(Column(name, "count") for name in _COUNTS),
        Column("coverage", "score"),
        Column("dominant", "id"),
        *MEANS,
        *SHARES,
    )

    def __init__(self, stream: str, window: str) -> None:
        self._stream = stream
        self._window = window

    def documents(self, portion: StepRows) -> Iterable[str]:
        for row in portion:
            yield encode(step_json(row, self._stream, self._window))

    def values(self, portion: StepRows) -> Sequence[Sequence[object]]:
        return [
            [self._stream] * len(portion),
            [self._window] * len(portion),
            *(portion[name].tolist() for name in ("start", "end", *_COUNTS)),
            np.round(portion["coverage"], 4).tolist(),
            dominants(portion),
            *scores(portion, "mean"),
            *scores(portion, "distribution"),
        ]


def step_json(row: np.void, stream: str, window: str) -> dict[str, object]:
    dominant = int(row["dominant"])
    return {
        "type": "step",
        "stream": stream,
        "window": window,
        "start": utc(microseconds.to_seconds(int(row["start"]))),
        "end": utc(microseconds.to_seconds(int(row["end"]))),
        **{name: int(row[name]) for name in _COUNTS},
        "coverage": round(float(row["coverage"]), 4),
        "windowMeanScores": _scores(row, row["mean"]),
        "windowFaceDistribution": _scores(row, row["distribution"]),
        "dominant": EMOTIONS[dominant] if dominant >= 0 else None,
    }


def _scores(row: np.void, values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float] | None:
    return scores_json(tuple(values.tolist())) if row["seen"] else None
