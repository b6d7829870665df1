"""Pooling: the windows of a group's streams made into windows of the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.arrivals import SET_BACK
from aggregation.dominance import dominant
from aggregation.summary import Summary
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.reading import Scores


class Pool:
    """The faces of all members count as if one stream had seen them; a member that is away sees nothing.

    A window of the group closes when every member has delivered it, or one after it, or `lateness` seconds
    after its end. Of summaries that were not pooled, `late` counts those whose window was closed, `early`
    those that lie further ahead of the clock than `lateness`: a camera of which the clock is wrong.
    """

    def __init__(
        self, group: str, members: Sequence[str], *, lateness: float = 2.0, sequence: int = 0
    ) -> None:
        self.sequence = sequence
        self.late = 0
        self.early = 0
        self._group = group
        self._members = frozenset(members)
        self._lateness = microseconds.from_seconds(lateness)
        self._windows: dict[str, _Window] = {}
        self._now: int | None = None

    def add(self, summary: Summary) -> list[Summary]:
        """Takes a member's summary (others are left out); gives the group's windows that are complete."""
        if summary.stream not in self._members:
            return []
        end = microseconds.from_seconds(summary.end)
        if self._now is not None and end > self._now + self._lateness:
            self.early += 1
            return []
        window = self._windows.setdefault(summary.window, _Window())
        closed = window.begin_again() if window.is_set_back(summary.stream, end) else []
        if window.take(summary, end):
            closed += window.close(window.delivered(self._members))
        else:
            self.late += 1
        return [self._pooled(parts) for parts in closed]

    def advance(self, now: float) -> list[Summary]:
        """Lets time pass; gives the windows that waited for a member for `lateness` after their end."""
        until = microseconds.from_seconds(now)
        set_back = self._now is not None and until < self._now - SET_BACK
        self._now = until
        closed: list[list[Summary]] = []
        for window in self._windows.values():
            closed += window.begin_again() if set_back else window.close(until - self._lateness)
        closed.sort(key=_end)
        return [self._pooled(parts) for parts in closed]

    def _pooled(self, parts: list[Summary]) -> Summary:
        self.sequence += 1
        mean = _mean([(each.weight, each.mean_scores) for each in parts])
        return Summary(
            stream=self._group,
            window=parts[0].window,
            sequence=self.sequence,
            start=parts[0].start,
            end=parts[0].end,
            smoothing_delay=max(each.smoothing_delay for each in parts),
            frames=sum(each.frames for each in parts),
            faces=sum(each.faces for each in parts),
            tracks=sum(each.tracks for each in parts),
            coverage=sum(each.coverage for each in parts) / len(self._members),
            mean_scores=mean,
            face_distribution=_mean([(each.weight, each.face_distribution) for each in parts]),
            dominant=dominant(mean),
            weight=sum(each.weight for each in parts),
        )


class _Window:
    """What the members delivered of the windows of one name. Ends are microseconds."""

    def __init__(self) -> None:
        self._open: dict[int, list[Summary]] = {}
        self._newest: dict[str, int] = {}
        self._closed: int | None = None

    def is_set_back(self, member: str, end: int) -> bool:
        """Whether the member's clock was: its windows come in the order of their ends."""
        return member in self._newest and end <= self._newest[member]

    def begin_again(self) -> list[list[Summary]]:
        """Closes all, and takes windows of any time from now on."""
        closed = self.close(max(self._open, default=0))
        self._newest.clear()
        self._closed = None
        return closed

    def take(self, summary: Summary, end: int) -> bool:
        """Whether the window was still open."""
        self._newest[summary.stream] = end
        if self._closed is not None and end <= self._closed:
            return False
        self._open.setdefault(end, []).append(summary)
        return True

    def delivered(self, members: frozenset[str]) -> int:
        """Up to which end every member has."""
        return min(self._newest.get(member, 0) for member in members)

    def close(self, until: int) -> list[list[Summary]]:
        """The windows up to this end, in order; no more is taken for them."""
        ends = sorted(end for end in self._open if end <= until)
        if ends:
            self._closed = ends[-1]
        return [sorted(self._open.pop(end), key=_stream) for end in ends]


def _mean(weighed: list[tuple[float, Scores | None]]) -> Scores | None:
    """The weighted mean of those there are; `None` where there are none of any weight."""
    known = [(weight, scores) for weight, scores in weighed if scores is not None and weight > 0.0]
    total = sum(weight for weight, _ in known)
    if not known:
        return None
    return tuple(
        sum(weight * scores[index] for weight, scores in known) / total for index in range(len(EMOTIONS))
    )


def _end(parts: list[Summary]) -> float:
    return parts[0].end


def _stream(summary: Summary) -> str:
    return summary.stream
