"""How long a hook is left alone: by its schedule, by what it asked for, and when it is tried before that."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from web.hooks.verdict import LONGEST_HOLD
from web.hooks.wall_clock import has_come

if TYPE_CHECKING:
    from web.hooks.entries import Entry
    from web.hooks.hook import Hook
    from web.hooks.lanes import Lane

EARLY_AFTER = 60.0
"""Seconds from one attempt to the next that is made ahead of the schedule."""


class Patience:
    """When the oldest entry of a stream may be tried, in UTC seconds.

    The schedule is per event, and its waits are hours long; what goes on now should not stand behind them
    when the hook is back. So the oldest of a stream is tried ahead of it once something new came behind it,
    or when the hook works again: while the hook fails, not before a minute after its last attempt, whatever
    that was of; else not before a minute after the stream's last attempt of this kind. When such an attempt
    fails it leaves the schedule as it was. What the hook asked for (`Retry-After`) holds for all attempts.
    """

    def __init__(self) -> None:
        self._held = 0.0
        self._tried = -inf

    def hold(self, until: float) -> None:
        """Nothing is sent before then."""
        self._held = max(self._held, until)

    def end(self) -> None:
        """What it asked for is over."""
        self._held = 0.0

    def tried(self, lane: Lane, now: float, *, early: bool) -> None:
        """An attempt begins; what comes from now on asks for another."""
        self._tried = now
        lane.hastened = False
        if early:
            lane.early = now

    def ready(self, entry: Entry, lane: Lane, hook: Hook, now: float, *, failing: bool) -> float:
        """When it may be tried; `now` or earlier if it may at once."""
        due = now if self.scheduled(entry, hook, now) else entry.next_at
        if lane.hastened:
            early = (self._tried if failing else lane.early) + EARLY_AFTER
            due = min(due, now if has_come(early, now, EARLY_AFTER) else early)
        return due if has_come(self._held, now, LONGEST_HOLD) else max(due, self._held)

    @staticmethod
    def scheduled(entry: Entry, hook: Hook, now: float) -> bool:
        """Whether the entry's schedule lets it be tried; the first time it always does."""
        return entry.attempts == 0 or has_come(entry.next_at, now, max(hook.schedule.longest, LONGEST_HOLD))
