"""What is known of the streams at this moment, and bars on their way to what was last said."""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from semblance.watch.connection import Connected, Lost, Received
from semblance.watch.messages import Refusal, RuleEvent, Status, Summary
from semblance.watch.spans import coarse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from semblance.watch.connection import Event
    from semblance.watch.figures import Figures
    from semblance.watch.messages import WindowInfo

EASE = 0.12
"""Seconds after which a bar has gone 63 % of its way."""

SETTLED = 0.002
"""A bar so near to its end stands there."""

TOLD_WITHIN = 3.0
"""Seconds after which a stream that a new connection has said nothing of is no longer there."""

EVENTS = 20
"""The newest events that are remembered to be shown."""

_NUMBER = re.compile(r"(\d+)")


def _part(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdecimal() else (0, text)


@dataclass(slots=True)
class Gauge:
    """One window of a stream: its newest summary, and how long each bar is drawn just now."""

    summary: Summary
    levels: dict[str, float] = field(default_factory=dict)

    def advance(self, part: float) -> bool:
        """Moves each bar by a part of what is left to go; whether one has still to move."""
        moving = False
        for name, goal in (self.summary.means or {}).items():
            level = self.levels.get(name, 0.0)
            level += (goal - level) * part
            if abs(goal - level) < SETTLED:
                level = goal
            moving = moving or level != goal
            self.levels[name] = level
        return moving


@dataclass(slots=True)
class Row:
    """One stream."""

    status: Status | None = None
    gauges: dict[str, Gauge] = field(default_factory=dict)
    figures: Figures | None = None


class Board:
    """Times are of the caller's clock, in seconds, those named `utc` since the epoch."""

    def __init__(self, window: str | None = None) -> None:
        self.rows: dict[str, Row] = {}
        self.windows: tuple[WindowInfo, ...] = ()
        self.events: deque[RuleEvent] = deque(maxlen=EVENTS)
        self.skew = 0.0
        self.lost: Lost | None = None
        self.lost_at = 0.0
        self.retry_at = 0.0
        self.notice = ""
        self.notice_utc = 0.0
        self.connected = False
        self._window = window
        self._connected_at = 0.0
        self._missing: dict[str, int] = {}
        self._away = 0.0

    def take(self, event: Event, now: float, utc: float) -> None:
        before = self.notice
        match event:
            case Connected():
                self._connect(event, now)
            case Lost():
                if self.connected:
                    self.lost_at = now
                self.lost, self.connected, self.retry_at = event, False, now + event.retry_in
            case Received(known=Summary() as summary, missing=missing):
                self._keep(summary, missing)
            case Received(known=RuleEvent() as happened):
                self.events.append(happened)
            case Received(known=Status() as status):
                self._follow(status)
            case Received(known=Refusal() as refusal):
                self.notice = refusal.message
        if self.notice != before:
            self.notice_utc = utc

    def ordered(self) -> list[tuple[str, Row]]:
        """By name, numbers in it by their size: camera-2 before camera-10."""
        return sorted(self.rows.items(), key=lambda item: [_part(p) for p in _NUMBER.split(item[0])])

    def is_settling(self, now: float) -> bool:
        """Whether a connection is so new that it may not have told of every stream yet."""
        return self.connected and now - self._connected_at <= TOLD_WITHIN

    def take_figures(self, figures: Mapping[str, Figures]) -> None:
        for name, row in self.rows.items():
            row.figures = figures.get(name)

    def advance(self, seconds: float, now: float) -> bool:
        """Moves the bars on by so much time; whether there is movement left."""
        if self.connected and not self.is_settling(now):
            self.rows = {name: row for name, row in self.rows.items() if row.status is not None}
        part = 1.0 - math.exp(-seconds / EASE)
        moving = False
        for row in self.rows.values():
            for gauge in row.gauges.values():
                moving = gauge.advance(part) or moving
        return moving

    def age(self, summary: Summary, utc: float) -> float:
        """Seconds since the window's end, by the service's clock."""
        return max(0.0, utc + self.skew - summary.end.timestamp())

    def is_stale(self, summary: Summary, utc: float) -> bool:
        """Whether windows that should have followed have not; two of them and two seconds are given."""
        interval = next((w.interval for w in self.windows if w.name == summary.window), 1.0)
        return not self.connected or self.age(summary, utc) > 2 * interval + 2.0

    def _connect(self, event: Connected, now: float) -> None:
        self.windows = tuple(
            window for window in event.session.limits.windows if self._window in (None, window.name)
        )
        self.skew = event.skew
        self._missing.clear()
        if self.lost is not None:
            self._away = now - self.lost_at
            self.notice = f"back after {coarse(self._away)}"
        self.lost, self.connected, self._connected_at = None, True, now
        for row in self.rows.values():
            row.status = None  # it is told anew

    def _keep(self, summary: Summary, missing: int) -> None:
        row = self.rows.setdefault(summary.stream, Row())
        gauge = row.gauges.get(summary.window)
        if gauge is None:
            row.gauges[summary.window] = Gauge(summary)
        else:
            gauge.summary = summary
        if missing:
            self._missing[summary.stream] = self._missing.get(summary.stream, 0) + missing
            self.notice = self._missed()

    def _missed(self) -> str:
        """What is missing of each stream since the connection began."""
        streams = [f"{count} of {name}" for name, count in sorted(self._missing.items())[:3]]
        others = len(self._missing) - len(streams)
        total = sum(self._missing.values())
        what = f"{total} {'window' if total == 1 else 'windows'} missed"
        back = f"back after {coarse(self._away)}; " if self._away else ""
        return f"{back}{what}: {', '.join(streams)}" + (f" and {others} more streams" if others else "")

    def _follow(self, status: Status) -> None:
        if status.removed:
            self.rows.pop(status.stream, None)
        else:
            self.rows.setdefault(status.stream, Row()).status = status
