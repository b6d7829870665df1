"""A stream's connection: an event when it is lost for long enough, and one when it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.rules.author import Author, Moment, closing

if TYPE_CHECKING:
    from aggregation.event import Event
    from aggregation.rules.definition import ConnectionRule

LOST = "stream.lost"
_LOST = ("reconnecting", "failed")
_OVER = ("running", "ended")
"""States in which it is not lost. While it is connecting it is neither lost nor back."""


class Connection:
    """Lost since the first state of failure, however many attempts fail after it.

    It fires when the hold is over, whenever that is noticed. One that ended is not lost; that a lost one
    ended is told as the end of its loss, with `ended` as what came after.
    """

    def __init__(self, stream: str, rule: ConnectionRule) -> None:
        self._author = Author(stream, rule, None)
        self._hold = microseconds.from_seconds(rule.hold)
        self._ran = False
        self._state: str | None = None
        self._error: tuple[str, str] | None = None
        self._lost_since: int | None = None
        self._started: Event | None = None
        self._began = 0

    def state(self, state: str, error: tuple[str, str] | None, moment: Moment) -> list[Event]:
        """It is in this state from now on."""
        events = self.advance(moment)
        if state in _LOST:
            self._error = error
            self._lost_since = moment.at if self._lost_since is None else self._lost_since
        elif state in _OVER:
            self._lost_since = None
            events += self._end(moment, state)
        self._ran |= state == "running"
        self._state = state
        return events + self.advance(moment)

    def advance(self, moment: Moment) -> list[Event]:
        """Lets time pass."""
        self._began = min(self._began, moment.at)
        if self._lost_since is None or self._started is not None:
            return []
        self._lost_since = min(self._lost_since, moment.at)
        fires = self._lost_since + self._hold
        return [self._start(Moment(fires, moment.sequence))] if moment.at >= fires else []

    def close(self, moment: Moment, reason: str, /) -> list[Event]:
        self._lost_since = None
        return self._end(moment, None, reason)

    def restore(self, event: Event) -> bool:
        """Goes on from the newest event there was."""
        if not self._author.wrote(event):
            return False
        self._ran = "running" in (event.before, event.after)
        self._started = None
        if event.phase == "started":
            self._started, self._began = event, microseconds.from_seconds(event.at)
        return True

    def _start(self, moment: Moment) -> Event:
        code, message = self._error or (None, None)
        before = "running" if self._ran else None
        details = {"code": code, "message": message}
        self._started = self._author.begin(LOST, "started", moment, before, self._state, details=details)
        self._began = moment.at
        return self._started

    def _end(self, moment: Moment, after: str | None, reason: str | None = None) -> list[Event]:
        started, self._started = self._started, None
        if started is None:
            return []
        return [
            closing(started, moment, self._state or started.after, after, reason=reason, began=self._began)
        ]
