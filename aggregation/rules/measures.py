"""What rules compare of one summary, worked out once for all of them: scores, faces at once, who leads.

Scores, shares and coverage are compared in steps, as the live messages show them and history keeps them: what
decides is what is seen, and a back-test over what was kept decides alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from aggregation import microseconds
from aggregation.event import Evidence
from aggregation.rules.author import Moment
from aggregation.steps import STEPS, score_steps
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregation.event import Value
    from aggregation.summary import Summary


T = TypeVar("T")


class _once(Generic[T]):  # noqa: N801 - it is written like a property
    """`functools.cached_property` without its lock, which costs more than most of what is worked out here."""

    def __init__(self, work_out: Callable[[Measures], T]) -> None:
        self._work_out = work_out

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, measures: Measures, _owner: type) -> T:
        value = measures.__dict__[self._name] = self._work_out(measures)
        return value


def steps(share: float) -> int:
    """A share of its own, in steps."""
    return round(share * STEPS)


class Leader(NamedTuple):
    """The emotion of the highest mean score, and its lead over the next in steps."""

    emotion: str
    lead: int


class Measures:
    """Of one window; `since` is the time it reaches back to, in microseconds."""

    def __init__(self, summary: Summary) -> None:
        self.moment = Moment(microseconds.from_seconds(summary.end), summary.sequence)
        self.since = microseconds.from_seconds(summary.start)
        self.tracks = summary.tracks
        self._summary = summary
        self._coverage = steps(summary.coverage)

    def was_seen(self, coverage: int) -> bool:
        """Whether frames stand for so much of the window (in steps), and for any of it."""
        return self._summary.frames > 0 and self._coverage >= coverage

    @property
    def is_empty(self) -> bool:
        """Without a single face, in its frames or held from the one before."""
        return not self.tracks

    @_once
    def is_readable(self) -> bool:
        """Whether its scores say anything (they do not where all are alike), or there was no face to read."""
        mean = self._mean
        return self.is_empty if mean is None else max(mean) > min(mean)

    def score(self, emotion: int, measure: Literal["mean", "share"]) -> int | None:
        """The emotion's mean score, or the share of faces that show it, in steps; `None` for none."""
        scores = self._mean if measure == "mean" else self._shares
        return None if scores is None else scores[emotion]

    @_once
    def faces_at_once(self) -> int:
        """Faces in a frame, on average, a half rounded up."""
        faces, frames = self._summary.faces, self._summary.frames
        return (2 * faces + frames) // (2 * frames) if frames else 0

    @_once
    def leader(self) -> Leader | None:
        """`None` where there are no scores."""
        if self._mean is None:
            return None
        second, first = sorted(self._mean)[-2:]
        return Leader(EMOTIONS[self._mean.index(first)], first - second)

    def evidence(self, value: Value, lead: float | None = None) -> Evidence:
        """The window as what a rule saw in it."""
        summary = self._summary
        return Evidence(summary.end, summary.sequence, value, summary.tracks, summary.coverage, lead)

    @_once
    def _mean(self) -> list[int] | None:
        mean = self._summary.mean_scores
        return None if mean is None else score_steps(mean)

    @_once
    def _shares(self) -> list[int] | None:
        shares = self._summary.face_distribution
        return None if shares is None else score_steps(shares)
