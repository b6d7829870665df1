"""How often each caller may call: so many times in a minute, at any pace."""

from __future__ import annotations

from collections import OrderedDict

_MINUTE = 60.0
_CALLERS = 10_000
"""Callers that are remembered; those that have not called for longest are forgotten first."""


class Rates:
    """A minute's calls may come at once; after that one comes free at a time (GCRA, ITU-T I.371).

    For each caller it keeps one number: the moment at which none of its calls counts any more.
    """

    def __init__(self, calls_per_minute: int) -> None:
        self._interval = _MINUTE / calls_per_minute
        self._spent_until: OrderedDict[str, float] = OrderedDict()

    def take(self, caller: str, now: float) -> float:
        """Counts a call, made at `now` (monotonic seconds): 0; or the seconds until one may be made."""
        spent = max(self._spent_until.get(caller, now), now) + self._interval
        early = spent - now - _MINUTE
        if early > 1e-9:
            return early
        self._spent_until[caller] = spent
        self._spent_until.move_to_end(caller)
        if len(self._spent_until) > _CALLERS:
            self._spent_until.popitem(last=False)
        return 0.0
