"""The hub: hands what the pipeline publishes to every client of this process, and remembers summaries."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aggregation.summary import Summary
from web.audience import Audience
from web.feed import Notice, Removal
from web.recent import History, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inference.preview import Preview
    from inference.reading import Reading
    from web.feed import Receiver
    from web.recent import Loss
    from web.service import StatusChange

HISTORY = 3600
"""Summaries kept per stream and window: half an hour of one every 0.5 s, at about 0.8 kB each."""


class Hub:
    """Implements `Publisher` towards the pipeline and `Feed` towards the clients. For one event loop."""

    def __init__(self, history: int = HISTORY, clock: Callable[[], float] = time.time) -> None:
        if history < 1:
            raise ValueError(f"The history must keep at least 1 summary, not {history}.")
        self.capacity = history
        self._clock = clock
        self._histories: dict[str, History] = {}
        self._receivers: dict[Receiver, None] = {}
        self._audience: Audience[Receiver] = Audience()

    @property
    def receivers(self) -> int:
        return len(self._receivers)

    def publish(self, message: Summary | Reading | StatusChange | Preview) -> None:
        notice = Notice(message)
        if isinstance(message, Summary):
            self._keep(message, notice)
        for receiver in self._receivers:
            receiver.offer(notice)

    def retract_previews(self, stream: str) -> None:
        for receiver in self._receivers:
            receiver.retract(stream)

    def forget(self, stream: str) -> None:
        self._histories.pop(stream, None)
        notice = Notice(Removal(stream, self._clock()))
        for receiver in self._receivers:
            receiver.forget(stream, notice)

    def attach(self, receiver: Receiver) -> None:
        self._receivers[receiver] = None

    def detach(self, receiver: Receiver) -> None:
        self._receivers.pop(receiver, None)
        self._audience.leave(receiver)

    def want_previews(self, receiver: Receiver, rates: Mapping[str, float]) -> None:
        self._audience.want(receiver, rates)

    def previews_wanted(self, stream: str) -> float:
        return self._audience.wanted(stream)

    def newest(self, stream: str) -> int:
        history = self._histories.get(stream)
        return history.newest if history else 0

    def after(self, stream: str, sequence: int, wanted: Callable[[str], bool], limit: int) -> Sequence[Kept]:
        history = self._histories.get(stream)
        return history.after(sequence, wanted, limit) if history else ()

    def losses(self, stream: str, sequence: int, wanted: Callable[[str], bool]) -> Sequence[Loss]:
        history = self._histories.get(stream)
        return history.losses(sequence, wanted) if history else ()

    def between(self, stream: str, window: str, since: float, until: float, limit: int) -> Sequence[Kept]:
        history = self._histories.get(stream)
        return history.between(window, since, until, limit) if history else ()

    def _keep(self, summary: Summary, notice: Notice) -> None:
        if summary.stream not in self._histories:
            self._histories[summary.stream] = History(self.capacity)
        self._histories[summary.stream].add(
            summary.window, Kept(summary.sequence, summary.end, str(notice.message))
        )
