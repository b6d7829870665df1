"""A latch: on once something has risen for long enough, off once it has fallen for long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.rules.author import Moment, closing

if TYPE_CHECKING:
    from aggregation.event import Event, Evidence
    from aggregation.rules.author import Author
    from aggregation.rules.held import Held


class Latch:
    """Every end it tells of has a beginning it told of before, and they alternate.

    After an end it does not start within `cooldown` seconds. Where the clock is set back behind a beginning
    or an end, what counts from there counts from the new time.
    """

    def __init__(self, author: Author, started: str, held: Held, cooldown: float = 0.0) -> None:
        self._author = author
        self._name = started
        self._held = held
        self._cooldown = microseconds.from_seconds(cooldown)
        self._started: Event | None = None
        self._began = 0
        self._ended: int | None = None

    @property
    def on(self) -> bool:
        return self._started is not None

    def see(
        self, *, says: bool, rises: bool, falls: bool, moment: Moment, since: int, evidence: Evidence
    ) -> Event | None:
        """Takes a window or reading that reaches back to `since`; what `says` nothing changes nothing."""
        self._follow(moment.at)
        if not says or not (falls if self.on else rises):
            self._held.lapse(moment.at, evidence, says=says)
            return None
        if not self._held.see(True, moment.at, since, evidence) or self._is_cooling(moment.at):
            return None
        event = self._start(moment) if self._started is None else self._end(self._started, moment)
        self._held.spend()
        return event

    def is_idle(self, at: int) -> bool:
        """Whether nothing would be lost with it."""
        return not self.on and not self._is_cooling(at)

    def close(self, moment: Moment, reason: str) -> Event | None:
        """Ends what is on, for a reason that lies outside."""
        started, self._started = self._started, None
        if started is None:
            return None
        self._ended = moment.at
        return closing(
            started, moment, self._held.value, None, reason=reason, began=min(self._began, moment.at)
        )

    def restore(self, event: Event) -> bool:
        """Goes on from the newest event there was; false if that was another rule's, which must be ended."""
        if not self._author.wrote(event):
            return False
        at = microseconds.from_seconds(event.at)
        if event.phase == "started":
            self._started, self._began = event, at
        else:
            self._started, self._ended = None, at
        return True

    def _start(self, moment: Moment) -> Event:
        held = self._held
        event = self._author.begin(self._name, "started", moment, held.before, held.value, held.evidence)
        self._started, self._began = event, moment.at
        return event

    def _end(self, started: Event, moment: Moment) -> Event:
        held = self._held
        self._started, self._ended = None, moment.at
        return closing(started, moment, held.before, held.value, held.evidence, began=self._began)

    def _is_cooling(self, at: int) -> bool:
        return not self.on and self._ended is not None and at - self._ended < self._cooldown

    def _follow(self, at: int) -> None:
        self._began = min(self._began, at)
        if self._ended is not None and at < self._ended:
            self._ended = None
