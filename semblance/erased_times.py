"""Times that were erased, and what is made later and still tells of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregation.event import Event
    from aggregation.summary import Summary

LONG_PAST = 90_000.0
"""Seconds after which nothing is made of a time any more: windows are a day long at most, and may be late."""


@dataclass(slots=True)
class _Range:
    """From `since` to `until`; by window, the end of the last one that reached into it."""

    since: float
    until: float
    reached: dict[str, float] = field(default_factory=dict)


class ErasedTimes:
    """Of streams and groups, in UTC seconds. A group's windows are the group's: to erase one of its streams
    leaves them as they are, and to erase the group leaves those of its streams.
    """

    def __init__(self, utc: Callable[[], float] = time.time) -> None:
        self._utc = utc
        self._ranges: dict[str, list[_Range]] = {}

    def add(self, stream: str, since: float, until: float) -> None:
        """What is still to happen is not erased before it is there."""
        now = self._utc()
        if min(until, now) > now - LONG_PAST:
            self._ranges.setdefault(stream, []).append(_Range(since, min(until, now)))
        kept = {
            name: [each for each in ranges if each.until > now - LONG_PAST]
            for name, ranges in self._ranges.items()
        }
        self._ranges = {name: ranges for name, ranges in kept.items() if ranges}

    def reach(self, summary: Summary) -> bool:
        """Whether the window reaches into one of them."""
        reached = False
        for each in self._ranges.get(summary.stream, ()):
            if summary.end > each.since and summary.start < each.until:
                each.reached[summary.window] = summary.end
                reached = True
        return reached

    def told_by(self, event: Event) -> bool:
        """Whether it happened in one of them, or shows a window that reached into it."""
        return any(_tells(event, each) for each in self._ranges.get(event.stream or "", ()))


def _tells(event: Event, erased: _Range) -> bool:
    through = max(erased.until, erased.reached.get(event.window or "", erased.until))
    shown = any(erased.since < each.end <= through for each in event.evidence)
    return shown or erased.since <= event.at <= erased.until
