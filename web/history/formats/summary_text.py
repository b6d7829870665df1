"""Recorded summaries as the JSON that `web.messages.summary_json` makes of each, in a third of its time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from aggregation import microseconds
from aggregation.steps import STEPS
from inference.reading import EMOTIONS
from web.messages import encode, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from web.history.summaries import Summaries

_SUMMARY = (
    ',"sequence":%d,"start":"%s","end":"%s","smoothingDelay":%s,"frames":%d,"faces":%d,"tracks":%d'
    ',"coverage":%s,"windowMeanScores":%s,"windowFaceDistribution":%s,"dominant":%s}'
)
_SCORES = "{" + ",".join(f'"{emotion}":%s' for emotion in EMOTIONS) + "}"


def summary_texts(rows: Summaries, stream: str, window: str) -> Iterator[str]:
    """One by one. Scores and coverage must be multiples of 0.0001, as those that are read are."""
    head = encode({"type": "summary", "stream": stream, "window": window})[:-1]
    columns = (
        rows["sequence"].tolist(),
        _times(rows, "start"),
        _times(rows, "end"),
        rows["smoothing_delay"].tolist(),
        *(rows[name].tolist() for name in ("frames", "faces", "tracks")),
        [_digits()[step] for step in _steps(rows, "coverage")],
        _scores(rows, "mean"),
        _scores(rows, "distribution"),
        [f'"{EMOTIONS[place]}"' if place >= 0 else "null" for place in rows["dominant"].tolist()],
    )
    return (head + _SUMMARY % row for row in zip(*columns, strict=True))


def _times(rows: Summaries, name: str) -> list[str]:
    return [utc(microseconds.to_seconds(time)) for time in rows[name].tolist()]


def _scores(rows: Summaries, name: str) -> list[str]:
    digits = _digits()
    return [
        _SCORES % tuple([digits[step] for step in steps]) if seen else "null"
        for steps, seen in zip(_steps(rows, name), rows["seen"].tolist(), strict=True)
    ]


def _steps(rows: Summaries, name: str) -> list[Any]:
    """Whole numbers, or lists of eight."""
    steps: list[Any] = np.rint(rows[name] * STEPS).astype(np.int64).tolist()
    return steps


@cache
def _digits() -> Sequence[str]:
    """Each multiple of 0.0001 as JSON writes it."""
    return [repr(step / STEPS) for step in range(STEPS + 1)]
