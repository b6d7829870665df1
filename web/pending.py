"""The live messages that wait for one client: bounded, the newest kept, what was dropped remembered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from web.recent import Loss

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.feed import Kind, Notice

BURST = 8
"""Summaries of one window that may wait: after a hitch several are made in one breath, and all may arrive."""

LASTING: tuple[Kind, ...] = ("event", "marker")
"""Kinds of which no message takes the place of another."""

MOST_LASTING = 256
"""Messages of those kinds that may wait for one client, of all streams together."""


class Missed(NamedTuple):
    """What a client is not sent of a stream."""

    stream: str
    loss: Loss


class OverfullError(Exception):
    """As many messages wait that none may take the place of as may."""


class Pending:
    """Streams take turns; within a stream, messages leave in the order they came.

    Of each stream wait at most one reading, one status, one preview and `BURST` summaries of each window: a
    newer one takes the place of the oldest. Events and markers all wait, up to `MOST_LASTING` in all.
    Previews, large as they are, leave only by `take_preview`. Where one message waits alone, as most do, it
    is in no queue.
    """

    __slots__ = ("_alone", "_lasting", "_previews", "_streams")

    def __init__(self) -> None:
        self._alone: Notice | None = None
        self._streams: dict[str, _Queue] = {}
        self._previews: dict[str, Notice] = {}
        self._lasting = 0

    def __len__(self) -> int:
        queued = sum(len(queue.notices) for queue in self._streams.values())
        return len(self._previews) + queued + (self._alone is not None)

    def add(self, notice: Notice) -> Notice | None:
        """The message that was dropped to make room, if any. Raises `OverfullError`."""
        if notice.kind == "preview":
            dropped = self._previews.get(notice.stream)
            self._previews[notice.stream] = notice  # in the place, and at the turn, of the one dropped
            return dropped
        if self._alone is None and not self._streams:
            self._alone = notice
            return None
        self._queue_up()
        return self._queue(notice)

    def take(self) -> Notice | Missed | None:
        """A stream's next message, or before that what was dropped in its window; `None` at the end."""
        if (notice := self._alone) is not None:
            self._alone = None
            return notice
        if not self._streams:
            return None
        stream, queue = next(iter(self._streams.items()))
        loss = queue.losses.pop(queue.notices[0].window, None)
        if loss is not None:
            return Missed(stream, loss)
        notice = queue.notices.popleft()
        self._lasting -= notice.kind in LASTING
        del self._streams[stream]
        if queue.notices:
            self._streams[stream] = queue  # behind the others
        return notice

    def take_alone(self) -> Notice | None:
        """The only message that waits; `None` if there is none, or more than one."""
        notice = self._alone
        if notice is None or self._previews:
            return None
        self._alone = None
        return notice

    def take_preview(self) -> Notice | None:
        """The picture of the stream whose turn it is; `None` if there is none."""
        if not self._previews:
            return None
        return self._previews.pop(next(iter(self._previews)))

    def keep(self, wanted: Callable[[Notice], bool]) -> None:
        """Drop the others, without a word."""
        self._queue_up()
        self._previews = {stream: notice for stream, notice in self._previews.items() if wanted(notice)}
        for stream, queue in list(self._streams.items()):
            queue.notices = deque(notice for notice in queue.notices if wanted(notice))
            if not queue.notices:
                del self._streams[stream]
        waiting = (notice for queue in self._streams.values() for notice in queue.notices)
        self._lasting = sum(notice.kind in LASTING for notice in waiting)

    def _queue_up(self) -> None:
        """The message that waited alone is followed by others."""
        if self._alone is not None:
            self._queue(self._alone)
            self._alone = None

    def _queue(self, notice: Notice) -> Notice | None:
        if notice.kind in LASTING:
            if self._lasting == MOST_LASTING:
                raise OverfullError(f"{MOST_LASTING} events and markers wait already.")
            self._lasting += 1
        queue = self._streams.get(notice.stream)
        if queue is None:
            queue = self._streams[notice.stream] = _Queue()
        return queue.add(notice)


@dataclass(slots=True)
class _Queue:
    """What waits of one stream, oldest first, and the summaries that had to go, by window."""

    notices: deque[Notice] = field(default_factory=deque)
    losses: dict[str, Loss] = field(default_factory=dict)

    def add(self, notice: Notice) -> Notice | None:
        if notice.kind in LASTING:
            self.notices.append(notice)
            return None
        alike = [
            index
            for index, waiting in enumerate(self.notices)
            if waiting.kind == notice.kind and waiting.window == notice.window
        ]
        self.notices.append(notice)
        if len(alike) < (BURST if notice.kind == "summary" else 1):
            return None
        dropped = self.notices[alike[0]]
        del self.notices[alike[0]]
        if dropped.kind == "summary":
            earlier = self.losses.get(dropped.window)
            first = dropped.sequence if earlier is None else min(earlier.first, dropped.sequence)
            self.losses[dropped.window] = Loss(dropped.window, first, dropped.sequence)
        return dropped
