"""The documents of what was recorded, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aggregation.event import Phase  # noqa: TC001 - pydantic reads it
from web.documents import Document
from web.stream_documents import SummaryDocument  # noqa: TC001 - likewise

NextCursor = Annotated[
    str | None, Field(description="For the page after this one; not there where this is the last.")
]
HistoryError = Annotated[
    str | None,
    Field(description="Why what was recorded is not in the answer; not there where it could be read."),
]


class SummariesDocument(Document):
    """Oldest first. The next page holds the summaries before these."""

    summaries: list[SummaryDocument]
    next_cursor: NextCursor = None
    history_error: HistoryError = None


class StepDocument(Document):
    """Summaries that end in one step of time, taken together. Scores are null where no face was seen.

    A summary that ends where a step ends belongs to it. Means and shares are counted by the weight of each
    summary's faces. Steps in which nothing was recorded are left out.
    """

    type: str
    stream: str
    window: str
    start: str
    end: str
    windows: Annotated[int, Field(description="How many summaries were taken together.")]
    frames: Annotated[
        int,
        Field(
            description="Windows overlap: of each, the share that is new since the one before is counted, "
            "so this is an estimate, exact where frames come evenly. Likewise faces."
        ),
    ]
    faces: int
    tracks: Annotated[int, Field(description="The most distinct faces that one of the summaries had.")]
    coverage: Annotated[float, Field(description="The mean over the summaries.")]
    window_mean_scores: dict[str, float] | None
    window_face_distribution: dict[str, float] | None
    dominant: str | None


class StepsDocument(Document):
    """Oldest first. The next page holds the steps before these."""

    steps: list[StepDocument]
    next_cursor: NextCursor = None
    history_error: HistoryError = None


class EvidenceDocument(Document):
    end: str
    sequence: int
    value: float | str | None
    lead: float | None
    faces: int
    coverage: float


class EventDocument(Document):
    """What a rule made of the windows, readings or state of a stream or group."""

    type: str
    id: str
    stream: str | None
    rule: str | None
    name: str
    phase: Phase
    at: str
    sequence: int
    before: float | str | None
    after: float | str | None
    window: str | None
    track: int | None
    started: Annotated[str | None, Field(description="The id of the event that began what is over.")]
    duration: Annotated[float | None, Field(description="Seconds that what is over had lasted.")]
    reason: str | None
    thresholds: dict[str, float]
    evidence: list[EvidenceDocument]
    details: dict[str, object]


class EventsDocument(Document):
    """In the order asked for."""

    events: list[EventDocument]
    next_cursor: NextCursor = None
    history_error: HistoryError = None


class MarkerDocument(Document):
    """A moment that somebody named; with no stream it is one of all."""

    type: str
    id: str
    stream: str | None
    at: str
    label: str


class MarkersDocument(Document):
    """In the order asked for."""

    markers: list[MarkerDocument]
    next_cursor: NextCursor = None
