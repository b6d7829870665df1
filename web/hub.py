"""The hub: hands what the pipeline publishes to every client of this process, and remembers the newest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aggregation.event import Event
from aggregation.summary import Summary
from web.audience import Audience
from web.feed import OF_THE_SERVICE, Notice, Removal
from web.recent import EVENTS, History, Kept
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from web.feed import Kind, Receiver
    from web.recent import Loss
    from web.service import Published

HISTORY = 3600
"""Summaries kept per stream and window: half an hour of one every 0.5 s, at about 0.8 kB each."""


class Hub:
    """Implements `Publisher` towards the pipeline and `Feed` towards the clients. For one event loop."""

    def __init__(
        self, history: int = HISTORY, clock: Callable[[], float] = time.time, *, events: int = EVENTS
    ) -> None:
        """Of each stream are kept so many summaries of a window, and so many events."""
        if min(history, events) < 1:
            raise ValueError(f"At least 1 summary and 1 event must be kept, not {history} and {events}.")
        self.capacity = history
        self._events = events
        self._clock = clock
        self._histories: dict[str, History] = {}  # of every stream that anything was said of
        self._receivers: dict[Receiver, None] = {}
        self._wanting: dict[tuple[Kind, str, str], tuple[Receiver, ...]] = {}
        self._audience: Audience[Receiver] = Audience()

    @property
    def receivers(self) -> int:
        return len(self._receivers)

    def publish(self, message: Published) -> None:
        notice = Notice(message)
        if isinstance(message, Summary | Event | StatusChange) and notice.stream != OF_THE_SERVICE:
            self._keep(message, notice)
        self._offer(notice)

    def retract_previews(self, stream: str) -> None:
        for receiver in self._receivers:
            receiver.retract(stream)

    def forget(self, stream: str) -> None:
        notice = Notice(Removal(stream, self._clock()))
        for receiver in self._receivers:
            receiver.forget(stream, notice)
        self._histories.pop(stream, None)
        self._wanting.clear()

    def erase(self, stream: str, since: float, until: float) -> None:
        """Forgets what tells of the stream between two times, in UTC seconds."""
        if (history := self._histories.get(stream)) is not None:
            history.erase(since, until)

    def miss(self, summary: Summary) -> None:
        """The summary was made, and is offered to nobody; who resumes is told that it is not there."""
        self._history(summary.stream).miss(summary.window, summary.sequence)

    def attach(self, receiver: Receiver) -> None:
        self._receivers[receiver] = None
        self._wanting.clear()

    def detach(self, receiver: Receiver) -> None:
        self._receivers.pop(receiver, None)
        self._audience.leave(receiver)
        self._wanting.clear()

    def revise(self, receiver: Receiver) -> None:  # noqa: ARG002 - all are asked again, which is as quick
        self._wanting.clear()

    def want_previews(self, receiver: Receiver, rates: Mapping[str, float]) -> None:
        self._audience.want(receiver, rates)

    def previews_wanted(self, stream: str) -> float:
        return self._audience.wanted(stream)

    def streams(self) -> Sequence[str]:
        return tuple(self._histories)

    def newest(self, stream: str) -> int:
        history = self._histories.get(stream)
        return history.newest if history else 0

    def after(self, stream: str, sequence: int, windows: Collection[str], limit: int) -> Sequence[Kept]:
        history = self._histories.get(stream)
        return history.after(sequence, windows, limit) if history else ()

    def events(self, stream: str, sequence: int) -> Sequence[Notice]:
        history = self._histories.get(stream)
        return history.events(sequence) if history else ()

    def losses(
        self, stream: str, sequence: int, windows: Collection[str], *, events: bool = False
    ) -> Sequence[Loss]:
        history = self._histories.get(stream)
        return history.losses(sequence, windows, events=events) if history else ()

    def begins_after(self, stream: str) -> int:
        history = self._histories.get(stream)
        return history.begins_after if history else 0

    def between(self, stream: str, window: str, since: float, until: float, limit: int) -> Sequence[Kept]:
        history = self._histories.get(stream)
        return history.between(window, since, until, limit) if history else ()

    def _offer(self, notice: Notice) -> None:
        """Those who want such messages are looked up once, and not for each message."""
        key = (notice.kind, notice.stream, notice.window)
        wanting = self._wanting.get(key)
        if wanting is None:
            wanting = self._wanting[key] = tuple(each for each in self._receivers if each.wants(*key))
        for receiver in wanting:
            receiver.offer(notice)

    def _keep(self, message: Summary | Event | StatusChange, notice: Notice) -> None:
        history = self._history(notice.stream)
        if isinstance(message, Summary):
            kept = Kept(message.sequence, message.end, str(notice.message), message.start)
            history.add(message.window, kept)
        elif isinstance(message, Event):
            history.add_event(Notice(message))  # without the frame, which ends with those it is sent to

    def _history(self, stream: str) -> History:
        if stream not in self._histories:
            self._histories[stream] = History(self.capacity, self._events)
        return self._histories[stream]
