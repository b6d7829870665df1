"""The window scores that wait to be published: of each window the newest, as long as it is news."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregation.summary import Summary
    from web.hooks.mqtt_figures import MqttFigures

FRESH = 10.0
"""Seconds after its window's end in which a summary is worth sending."""


class WaitingScores:
    """As many as there are windows of all streams, at most."""

    def __init__(self, figures: MqttFigures, utc: Callable[[], float]) -> None:
        self._figures = figures
        self._utc = utc
        self._waiting: dict[tuple[str, str], Summary] = {}

    def add(self, summary: Summary) -> None:
        """Takes the place of the one before it of the same window, if that waits still."""
        key = (summary.stream, summary.window)
        self._figures.dropped += key in self._waiting
        self._waiting[key] = summary

    def next(self) -> Summary | None:
        """The newest of the window that has waited longest; it is not given again."""
        while self._waiting:
            summary = self._waiting.pop(next(iter(self._waiting)))
            if self._utc() - summary.end <= FRESH:
                self._figures.scores += 1
                return summary
            self._figures.dropped += 1
        return None

    def forget(self, stream: str) -> None:
        for key in [key for key in self._waiting if key[0] == stream]:
            del self._waiting[key]
