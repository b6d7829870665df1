"""Summaries that are kept in memory as JSON, read back into the rows that recorded ones come in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from aggregation import microseconds
from inference.reading import EMOTIONS
from web.history.queries.reach import microseconds_of
from web.history.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.history.summaries import Summaries
    from web.recent import Kept


def rows_of(kept: Sequence[Kept]) -> Summaries:
    """The same rows that will be read once these are recorded, but that a face's weight is not known here."""
    return np.array([_row(each) for each in kept], SUMMARY)


def _row(kept: Kept) -> tuple[object, ...]:
    document = json.loads(kept.text)
    dominant = document["dominant"]
    return (
        microseconds_of(datetime.fromisoformat(document["start"]), 0),
        microseconds.from_seconds(kept.end),
        kept.sequence,
        document["smoothingDelay"],
        document["frames"],
        document["faces"],
        document["tracks"],
        document["coverage"],
        document["faces"],
        document["windowMeanScores"] is not None,
        -1 if dominant is None else EMOTIONS.index(dominant),
        _scores(document["windowMeanScores"]),
        _scores(document["windowFaceDistribution"]),
    )


def _scores(scores: dict[str, Any] | None) -> list[float]:
    return [0.0] * len(EMOTIONS) if scores is None else [scores[emotion] for emotion in EMOTIONS]
