"""Held: that something has been so in every window, or reading, for so many seconds of event time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from aggregation import microseconds

if TYPE_CHECKING:
    from aggregation.event import Evidence, Value

EVIDENCE = 20
"""Windows that are kept to show for an event, at most: the newest."""


class Held:
    """Follows one thing, until it changes or lapses.

    From the end of the first window in which it is so to that of the newest must be `seconds`; one is enough
    where the next would come later than that (`interval`). A hole in what was seen, and a clock that is set
    back, begin anew. Times are microseconds.
    """

    def __init__(self, seconds: float, interval: float = 0.0) -> None:
        self._long = 0 if interval > seconds else microseconds.from_seconds(seconds)
        self._holds = False
        self._what: Value = None
        self._first = 0
        self._newest: int | None = None
        self._evidence: deque[Evidence] = deque(maxlen=EVIDENCE)
        self.before: Value = None
        """The value of the last window that said otherwise, before it was so."""
        self._otherwise: Value = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The windows since it is so, and the one before."""
        return tuple(self._evidence)

    @property
    def value(self) -> Value:
        """The newest value."""
        return self._evidence[-1].value if self._evidence else None

    def see(self, what: Value, at: int, since: int, evidence: Evidence) -> bool:
        """True once `what` has been so for long enough. `since` is the time the window reaches back to."""
        newest = self._newest
        if newest is None or at <= newest:
            self._evidence.clear()
            self._begin(what, at)
        elif not self._holds or what != self._what or since > newest:
            self._begin(what, at)
        self._newest = at
        self._evidence.append(evidence)
        return at - self._first >= self._long

    def lapse(self, at: int, evidence: Evidence, *, says: bool) -> None:
        """A window in which it is not so, or one that says nothing."""
        self._holds = False
        if says:
            self._otherwise = evidence.value
        self._newest = at
        self._evidence.clear()
        self._evidence.append(evidence)

    def spend(self) -> None:
        """It has been acted upon: to be held again it must be so anew, from the next window on."""
        self._holds = False
        self._otherwise = self.value

    def _begin(self, what: Value, at: int) -> None:
        self._holds = True
        self._what = what
        self._first = at
        self.before = self._otherwise
        while len(self._evidence) > 1:
            self._evidence.popleft()
