"""The last summaries of each stream, window by window, and its last events; encoded."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from web.feed import Notice

EVENTS = 1000
"""Events kept per stream: of a rule that fires every second, a quarter of an hour; each a few kB."""

EVENT_LOSS = ""
"""In place of a window's name, where events are lost."""


class Kept(NamedTuple):
    """A summary in its JSON, with what it is looked up by; `end` and `start` in UTC seconds.

    Where it is only shown, its start need not be known.
    """

    sequence: int
    end: float
    text: str
    start: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Loss:
    """Summaries of one window, or events, by sequence from `first` to `last`, that are no longer kept."""

    window: str
    first: int
    last: int


class Ring:
    """The newest summaries of one window of one stream; `lost_through` is the last sequence it has not."""

    __slots__ = ("_kept", "lost_through")

    def __init__(self, capacity: int, begins_after: int = 0) -> None:
        self._kept: deque[Kept] = deque(maxlen=capacity)
        self.lost_through = begins_after

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

    def erase(self, since: float, until: float) -> None:
        """Forgets the windows that reach between the two times, in UTC seconds.

        Some before them may stay, but who lacks one of those that went must ask for all up to it elsewhere.
        """
        erased = [each for each in self._kept if each.end > since and each.start < until]
        if erased:
            self.lost_through = max(self.lost_through, erased[-1].sequence)
            gone = {each.sequence for each in erased}
            self._kept = deque((k for k in self._kept if k.sequence not in gone), self._kept.maxlen)


class History:
    """What is kept of one stream, of all that followed the sequence `begins_after`."""

    __slots__ = ("_capacity", "_events", "_events_lost_through", "_rings", "begins_after", "newest")

    def __init__(self, capacity: int, events: int = EVENTS) -> None:
        """So many summaries of each window are kept, and so many events."""
        self._capacity = capacity
        self._rings: dict[str, Ring] = {}
        self._events: deque[Notice] = deque(maxlen=events)
        self._events_lost_through = 0
        self.begins_after = 0
        self.newest = 0

    def add(self, window: str, kept: Kept) -> None:
        self._ring(window, kept.sequence).add(kept)

    def miss(self, window: str, sequence: int) -> None:
        """A summary was made that must not be kept."""
        self._ring(window, sequence).lost_through = sequence

    def add_event(self, event: Notice) -> None:
        if len(self._events) == self._events.maxlen:
            self._events_lost_through = max(self._events_lost_through, self._events[0].sequence)
        self._events.append(event)

    def after(self, sequence: int, windows: Collection[str], limit: int) -> list[Kept]:
        """The first `limit` of these windows that follow `sequence`, in order over all of them."""
        rings = [ring for window, ring in self._rings.items() if window in windows]
        following = [ring.after(sequence, limit) for ring in rings]
        return list(islice(merge(*following), limit))

    def events(self, sequence: int) -> list[Notice]:
        """Those of this sequence and later ones, in order."""
        following = (event for event in self._events if event.sequence >= sequence)
        return sorted(following, key=lambda event: event.sequence)

    def losses(self, sequence: int, windows: Collection[str], *, events: bool = False) -> list[Loss]:
        """What followed `sequence` and is gone, or was before this began; events of that sequence too."""
        lost = dict.fromkeys(sorted(windows), self.begins_after)
        lost.update((window, ring.lost_through) for window, ring in self._rings.items() if window in lost)
        losses = [Loss(window, sequence + 1, last) for window, last in lost.items() if last > sequence]
        last = max(self._events_lost_through, self.begins_after)
        if events and last and last >= sequence:
            losses.append(Loss(EVENT_LOSS, sequence, last))
        return losses

    def between(self, window: str, since: float, until: float, limit: int) -> list[Kept]:
        ring = self._rings.get(window)
        return ring.between(since, until, limit) if ring else []

    def erase(self, since: float, until: float) -> None:
        """Forgets what tells of the time between, in UTC seconds; of the events, to be sure, all."""
        for ring in self._rings.values():
            ring.erase(since, until)
        if self._events:
            newest = max(event.sequence for event in self._events)
            self._events_lost_through = max(self._events_lost_through, newest)
            self._events.clear()

    def _ring(self, window: str, sequence: int) -> Ring:
        """Of the window, whose next summary has this sequence."""
        if sequence <= self.newest:  # it counts from the start again: what was before is another life
            self._rings.clear()
            self._events.clear()
            self._events_lost_through = 0
        if not self._rings:
            self.begins_after = sequence - 1
        if window not in self._rings:
            self._rings[window] = Ring(self._capacity, self.begins_after)
        self.newest = sequence
        return self._rings[window]
