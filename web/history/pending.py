"""Summaries on their way to the database: bounded, the oldest given up first and counted."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.summary import Summary
    from web.history.erasing import Erasure

MOST = 100_000
"""Summaries that wait at most: about eight minutes of a hundred streams, in a hundred megabytes."""
_AT_ONCE = 10_000


class Pending:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._summaries: deque[Summary] = deque()
        self._newest: dict[str, int] = {}
        self.dropped = 0

    @property
    def size(self) -> int:
        return len(self._summaries)

    def newest(self, stream: str) -> int:
        """The sequence of the last summary of this stream that came, written by now or not; 0 for none."""
        return self._newest.get(stream, 0)

    def add(self, summary: Summary) -> None:
        self._summaries.append(summary)
        self._newest[summary.stream] = summary.sequence
        self._drop()

    def take(self) -> list[Summary]:
        """The oldest, as many as may be written together."""
        return [self._summaries.popleft() for _ in range(min(len(self._summaries), _AT_ONCE))]

    def give_back(self, summaries: Sequence[Summary]) -> None:
        """They were taken, and could not be written."""
        self._summaries.extendleft(reversed(summaries))
        self._drop()

    def erase(self, erasure: Erasure) -> int:
        """Forgets what it covers; how many that were."""
        kept = [summary for summary in self._summaries if not erasure.covers(summary)]
        erased = len(self._summaries) - len(kept)
        self._summaries = deque(kept)
        return erased

    def _drop(self) -> None:
        while len(self._summaries) > self._most:
            self._summaries.popleft()
            self.dropped += 1
