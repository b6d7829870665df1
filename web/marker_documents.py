"""The documents of scores around markers, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from inference.reading import EMOTIONS
from web.documents import Document
from web.history_documents import HistoryError, MarkerDocument  # noqa: TC001 - pydantic reads them
from web.scores import scores_json

if TYPE_CHECKING:
    from web.history.around import Numbers, Side

Scores = dict[str, float] | None


class SideDocument(Document):
    """The windows of one side of a marker taken together, counted by the weight of their faces.

    Scores are null where no face was seen. A window that reaches over the marker counts for neither side.
    """

    windows: int
    coverage: float
    window_mean_scores: Scores
    window_face_distribution: Scores


class MomentDocument(Document):
    """One window of the series; `offset` is its end, in seconds from the marker."""

    end: str
    offset: float
    faces: int
    coverage: float
    window_mean_scores: Scores
    dominant: str | None


class MarkerScoresDocument(Document):
    """What the scores were around a marker. The series, oldest first, has all windows that end near it."""

    marker: MarkerDocument
    stream: str
    window: str
    before: SideDocument
    after: SideDocument
    difference: Annotated[
        Scores, Field(description="Mean scores after less those before; null unless both sides have them.")
    ]
    series: list[MomentDocument]
    history_error: HistoryError = None


class LabelScoresDocument(Document):
    """What the scores were around all markers of a label. Each that has scores on both sides counts once."""

    label: str
    window: str | None
    markers: Annotated[int, Field(description="How many were looked at, the newest ones.")]
    counted: Annotated[int, Field(description="How many of them have scores on both sides.")]
    before: Scores
    after: Scores
    difference: Scores
    history_error: HistoryError = None


def side_document(side: Side) -> SideDocument:
    return SideDocument(
        windows=side.windows,
        coverage=round(side.coverage, 4),
        window_mean_scores=scores_document(side.mean),
        window_face_distribution=scores_document(side.distribution),
    )


def scores_document(values: Numbers | None) -> Scores:
    return None if values is None else scores_json(tuple(values.tolist()))


def difference_document(values: Numbers | None) -> Scores:
    """Differences sum to nothing, so they are rounded each for itself."""
    if values is None:
        return None
    return {name: round(value, 4) + 0.0 for name, value in zip(EMOTIONS, values.tolist(), strict=True)}
