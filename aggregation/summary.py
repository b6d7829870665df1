"""A summary: what one sliding window of one stream came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from inference.reading import Scores


Weights: TypeAlias = Literal["equal", "quality"]
"""What each observation of a face counts in a window's scores: the same, or its quality."""


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window, in seconds: a summary is made at each multiple of `interval`."""

    name: str
    length: float
    interval: float
    weights: Weights = "equal"


@dataclass(frozen=True, slots=True)
class Summary:
    """`start` and `end` are seconds in event time (since the epoch when live, media time for a file).

    `sequence` rises by one for each summary of the stream, over all its windows. `coverage` is the share of
    the window that analysed frames stand for. `faces` are the observations of faces in its `frames`, so that
    their ratio is how many were there at once; where the rate of frames changed, as many as there would have
    been at an even one. `mean_scores`, `face_distribution` and `dominant` are `None` where no face was seen,
    never zeros; nor where a window weights by quality and every face seen, which `faces` counts all the same,
    had none. Nor is any emotion dominant where no face could be read. `smoothing_delay` is by how many
    seconds the scores lag. `weight` is what the observations of faces count in the scores together: their
    number, or the sum of their qualities, held ones with them.
    """

    stream: str
    window: str
    sequence: int
    start: float
    end: float
    smoothing_delay: float
    frames: int
    faces: int
    tracks: int
    coverage: float
    mean_scores: Scores | None
    face_distribution: Scores | None
    dominant: str | None
    weight: float = 0.0
