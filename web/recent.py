"""The last summaries of each stream, kept encoded, window by window."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Kept(NamedTuple):
    """A summary in its JSON, with what it is looked up by; `end` in UTC seconds."""

    sequence: int
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Summaries of one window, by sequence from `first` to `last`, that are no longer kept."""

    window: str
    first: int
    last: int


class Ring:
    """The newest summaries of one window of one stream; `lost_through` is the last sequence pushed out."""

    __slots__ = ("_kept", "lost_through")

    def __init__(self, capacity: int) -> None:
        self._kept: deque[Kept] = deque(maxlen=capacity)
        self.lost_through = 0

    def add(self, kept: Kept) -> None:
        if len(self._kept) == self._kept.maxlen:
            self.lost_through = self._kept[0].sequence
        self._kept.append(kept)

    def after(self, sequence: int, limit: int) -> list[Kept]:
        """The first `limit` that follow `sequence`, in order."""
        start = bisect_right(self._kept, sequence, key=lambda kept: kept.sequence)
        return list(islice(self._kept, start, start + limit))

    def between(self, since: float, until: float, limit: int) -> list[Kept]:
        """The newest `limit` whose end is later than `since` and not later than `until`, oldest first."""
        start = bisect_right(self._kept, since, key=lambda kept: kept.end)
        stop = bisect_right(self._kept, until, key=lambda kept: kept.end)
        return list(islice(self._kept, max(start, stop - limit), stop))


class History:
    """What is kept of one stream."""

    __slots__ = ("_capacity", "_rings", "newest")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._rings: dict[str, Ring] = {}
        self.newest = 0

    def add(self, window: str, kept: Kept) -> None:
        if kept.sequence <= self.newest:
            self._rings.clear()  # the stream counts from the start again: what was before is another life
        if window not in self._rings:
            self._rings[window] = Ring(self._capacity)
        self._rings[window].add(kept)
        self.newest = kept.sequence

    def after(self, sequence: int, wanted: Callable[[str], bool], limit: int) -> list[Kept]:
        """The first `limit` of the wanted windows that follow `sequence`, in order over all of them."""
        rings = [ring for window, ring in self._rings.items() if wanted(window)]
        following = [ring.after(sequence, limit) for ring in rings]
        return list(islice(merge(*following), limit))

    def losses(self, sequence: int, wanted: Callable[[str], bool]) -> list[Loss]:
        """What followed `sequence` in the wanted windows and is gone."""
        return [
            Loss(window, sequence + 1, ring.lost_through)
            for window, ring in self._rings.items()
            if ring.lost_through > sequence and wanted(window)
        ]

    def between(self, window: str, since: float, until: float, limit: int) -> list[Kept]:
        ring = self._rings.get(window)
        return ring.between(since, until, limit) if ring else []
