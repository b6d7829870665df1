"""One client's end of the feed: what waits to be sent to it, never more than a bounded amount."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.feed import KINDS, Notice
from web.messages import encode, gap_json
from web.pending import Pending
from web.preview_pace import PreviewPace
from web.recent import Loss

if TYPE_CHECKING:
    from web.feed import Feed, Message
    from web.interests import Interests

REPLIES = 16
"""Answers that may wait for a client before it is read from no further."""

BATCH = 64
"""Summaries taken from the history at once while a client catches up."""


@dataclass(slots=True)
class Figures:
    """Counts over all clients since the start: messages by type, clients closed by reason."""

    clients: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Cursor:
    """How far a client that resumes has come in a stream, and through which losses it was told of."""

    sequence: int
    told: dict[str, int] = field(default_factory=dict)


class Subscriber:
    """Implements `Receiver`; `next` yields what is to be sent, in order.

    What is live waits in `Pending`, newest first to matter. A stream that is being resumed is read from the
    feed's history instead, as fast as the client takes it. A preview, which is as large as a hundred
    summaries, is sent when nothing else waits.
    """

    def __init__(self, feed: Feed, interests: Interests, figures: Figures) -> None:
        self._feed = feed
        self._figures = figures
        self._interests = interests
        self._pending = Pending()
        self._pace = PreviewPace()
        self._cursors: dict[str, _Cursor] = {}
        self._batch: deque[tuple[str, str, str]] = deque()  # (stream, type of message, text)
        self._replies: deque[str] = deque()
        self._room = asyncio.Event()
        self._history_next = False
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Messages held for this client."""
        return len(self._pending) + len(self._batch) + len(self._replies)

    def offer(self, notice: Notice) -> None:
        if not self._interests.wants(notice.kind, notice.stream, notice.window):
            return
        if notice.kind == "preview" and not self._is_due(notice):
            return
        self._wake.set()
        if notice.kind == "summary" and notice.stream in self._cursors:
            return  # it is in the history, and will be read from there in its turn
        dropped = self._pending.add(notice)
        if dropped is not None:
            self._figures.dropped[dropped.kind] += 1

    def retract(self, stream: str) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind != "preview")

    def forget(self, stream: str, notice: Notice) -> None:
        self._drop(stream, kinds=KINDS)
        self._pace.forget(stream)
        self.offer(notice)

    def resume(self, stream: str, sequence: int) -> None:
        """Send the summaries that followed `sequence`; those that wait already are among them.

        A sequence higher than any there was is of an earlier life of the service: all is sent that is kept.
        """
        self._drop(stream, kinds=("summary",))
        self._cursors[stream] = _Cursor(sequence if sequence <= self._feed.newest(stream) else 0)
        self._wake.set()

    def revise(self) -> None:
        """The interests have changed: what waits and is no longer wanted is dropped."""
        wanted = self._interests.wants
        self._pending.keep(lambda notice: wanted(notice.kind, notice.stream, notice.window))
        self._feed.want_previews(self, self._interests.previews)

    async def reply(self, text: str) -> None:
        """Answer the client; waits while too many answers wait already."""
        while len(self._replies) >= REPLIES:
            self._room.clear()
            await self._room.wait()
        self._replies.append(text)
        self._wake.set()

    async def next(self) -> Message:
        """The next message, as soon as there is one. While the client catches up, others get their turn."""
        if self._cursors:
            await asyncio.sleep(0)
        while (message := self.take()) is None:
            self._wake.clear()
            await self._wake.wait()
        return message

    def take(self) -> Message | None:
        """The next message; `None` if nothing waits."""
        return self._take_text() or self._take_preview()

    def _take_text(self) -> Message | None:
        """What is live and what is history take turns."""
        if self._replies:
            self._room.set()
            return self._replies.popleft()
        self._history_next = not self._history_next
        if self._history_next:
            return self._take_live() or self._take_history()
        return self._take_history() or self._take_live()

    def _take_preview(self) -> Message | None:
        notice = self._pending.take_preview()
        if notice is None:
            return None
        self._figures.sent[notice.kind] += 1
        return notice.message

    def _take_live(self) -> Message | None:
        match self._pending.take():
            case None:
                return None
            case stream, Loss() as loss:
                self._figures.sent["gap"] += 1
                return _gap(stream, loss)
            case _, Notice() as notice:
                self._figures.sent[notice.kind] += 1
                return notice.message

    def _take_history(self) -> str | None:
        while not self._batch and self._cursors:
            stream, cursor = next(iter(self._cursors.items()))
            if not self._read_history(stream, cursor):
                del self._cursors[stream]  # it has caught up
        if not self._batch:
            return None
        _, kind, text = self._batch.popleft()
        self._figures.sent[kind] += 1
        return text

    def _read_history(self, stream: str, cursor: _Cursor) -> bool:
        """Fill the batch with what follows the cursor; false if there is nothing."""
        if cursor.sequence > self._feed.newest(stream):
            cursor.sequence = 0  # the stream counts from the start again
            cursor.told.clear()

        def wanted(window: str) -> bool:
            return self._interests.wants("summary", stream, window)

        for loss in self._feed.losses(stream, cursor.sequence, wanted):
            if loss.last > cursor.told.get(loss.window, 0):
                cursor.told[loss.window] = loss.last
                self._batch.append((stream, "gap", _gap(stream, loss)))
        following = self._feed.after(stream, cursor.sequence, wanted, BATCH)
        self._batch.extend((stream, "summary", kept.text) for kept in following)
        if following:
            cursor.sequence = following[-1].sequence
        return bool(self._batch)

    def _is_due(self, notice: Notice) -> bool:
        """Whether the client's own pace lets this picture through; the keenest takes all that are made."""
        fps = self._interests.preview_fps(notice.stream)
        if fps >= self._feed.previews_wanted(notice.stream):
            return True
        return self._pace.is_due(notice.stream, fps, notice.captured)

    def _drop(self, stream: str, kinds: tuple[str, ...]) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind not in kinds)
        self._batch = deque(entry for entry in self._batch if entry[0] != stream)
        self._cursors.pop(stream, None)


def _gap(stream: str, loss: Loss) -> str:
    return encode(gap_json(stream, loss.window, loss.first, loss.last))
