"""How far each stream has been followed: what to resume from, what came twice, how much is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from semblance.watch.messages import Gap, RuleEvent, Summary, WindowInfo

MOST = 256
"""Streams that one subscription may resume."""

REMEMBERED = 4096
"""Events that are known again when they come twice."""


@dataclass(slots=True)
class _Last:
    """The newest window of one stream and name; `whole` while all between it and the next is sure to come."""

    sequence: int
    end: datetime
    whole: bool = True


class Positions:
    """Fed with every summary, event and gap, in the order they come."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._newest_event: dict[str, int] = {}
        self._events: dict[str, None] = {}
        self._last: dict[tuple[str, str], _Last] = {}
        self._intervals: dict[str, float] = {}

    def connected(self, windows: Iterable[WindowInfo]) -> None:
        """A connection begins: what came between the last one and this is not sure to follow."""
        self._intervals = {window.name: window.interval for window in windows}
        for last in self._last.values():
            last.whole = False

    def resume(self) -> dict[str, int]:
        """The last sequence of each stream, as a subscription tells it; its events of that one come again."""
        newest = {**self._newest_event, **self._newest}
        return dict(list(newest.items())[-MOST:])

    def forget(self, stream: str) -> None:
        self._newest.pop(stream, None)
        self._newest_event.pop(stream, None)
        self._last = {key: last for key, last in self._last.items() if key[0] != stream}

    def gap(self, gap: Gap) -> None:
        for (stream, window), last in self._last.items():
            if stream == gap.stream and gap.window in ("", window):
                last.whole = False

    def take(self, summary: Summary) -> int | None:
        """How many windows are missing before this one; `None` if it came already.

        A lower sequence at a later time is no repetition: the service counts from the start again.
        """
        key = (summary.stream, summary.window)
        last = self._last.get(key)
        if last is not None and summary.sequence <= last.sequence and summary.end <= last.end:
            return None
        self._newest[summary.stream] = summary.sequence
        self._last[key] = _Last(summary.sequence, summary.end)
        return 0 if last is None or last.whole else self._missing(last.end, summary)

    def take_event(self, event: RuleEvent) -> bool:
        """Whether it comes for the first time."""
        if event.id in self._events:
            return False
        self._events[event.id] = None
        if len(self._events) > REMEMBERED:
            del self._events[next(iter(self._events))]
        if event.stream is not None:
            self._newest_event[event.stream] = event.sequence
        return True

    def _missing(self, before: datetime, summary: Summary) -> int:
        """Counted by time: sequences are of all the windows of a stream together."""
        interval = self._intervals.get(summary.window, 0.0)
        if interval <= 0:
            return 0
        return max(0, round((summary.end - before).total_seconds() / interval) - 1)
