"""The order readings arrive in: which are new, which came twice, and when the counting began again."""

from __future__ import annotations

from collections import deque
from enum import Enum, auto

from aggregation.microseconds import PER_SECOND

REMEMBERED = 1024
SET_BACK = 2 * PER_SECOND
"""Readings of a stream keep their order but for a few frames. One that follows the newest in sequence and
lies further back in time than this was stamped by a clock that was set back."""


class Arrival(Enum):
    NEWEST = auto()
    """Not older than any before."""
    OUT_OF_ORDER = auto()
    """Older than one that came before it."""
    DUPLICATE = auto()
    """Its sequence came before."""
    FORGOTTEN = auto()
    """So old that it cannot be told whether it came before."""
    RESTARTED = auto()
    """The source counts from its beginning again: an earlier sequence at a later time."""
    SET_BACK = auto()
    """The clock went back by more than readings can be out of order."""


class Arrivals:
    """The sequences and times that came last. Times are microseconds."""

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._seen: set[int] = set()
        self._forgotten = -1
        self._newest_sequence = -1
        self.newest: int | None = None
        """The latest time so far."""

    def take(self, sequence: int, at: int) -> Arrival:
        """Judges a reading and remembers it."""
        arrival = self._judge(sequence, at)
        if arrival in {Arrival.DUPLICATE, Arrival.FORGOTTEN}:
            return arrival
        if arrival is Arrival.RESTARTED:
            self._begin_sequences()
        if arrival is not Arrival.OUT_OF_ORDER:
            self.newest = at
        self._newest_sequence = max(self._newest_sequence, sequence)
        self._remember(sequence)
        return arrival

    def begin_again(self) -> None:
        """Forgets all there was: the next reading is the newest."""
        self.newest = None
        self._begin_sequences()

    def _begin_sequences(self) -> None:
        self._order.clear()
        self._seen.clear()
        self._forgotten = -1
        self._newest_sequence = -1

    def _judge(self, sequence: int, at: int) -> Arrival:
        if self.newest is None:
            return Arrival.NEWEST
        follows = sequence > self._newest_sequence
        if follows and at >= self.newest:
            return Arrival.NEWEST
        if follows and at < self.newest - SET_BACK:
            return Arrival.SET_BACK
        if at > self.newest:
            return Arrival.RESTARTED
        if sequence in self._seen:
            return Arrival.DUPLICATE
        return Arrival.FORGOTTEN if sequence <= self._forgotten else Arrival.OUT_OF_ORDER

    def _remember(self, sequence: int) -> None:
        self._seen.add(sequence)
        self._order.append(sequence)
        if len(self._order) > REMEMBERED:
            oldest = self._order.popleft()
            self._seen.discard(oldest)
            self._forgotten = max(self._forgotten, oldest)
