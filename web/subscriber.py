"""One client's end of the feed: what waits to be sent to it, never more than a bounded amount."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.catching_up import CatchingUp, gap
from web.feed import KINDS, Notice
from web.pending import LASTING, OverfullError, Pending
from web.preview_pace import PreviewPace
from web.recent import Loss

if TYPE_CHECKING:
    from collections.abc import Collection

    from web.catching_up import Past
    from web.feed import Feed, Kind, Message
    from web.interests import Interests

REPLIES = 16
"""Answers that may wait for a client before it is read from no further."""


@dataclass(slots=True)
class Figures:
    """Counts over all clients since the start: messages by type, clients closed by reason."""

    clients: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)


class Subscriber:
    """Implements `Receiver`; `next` yields what is to be sent, in order.

    What is live waits in `Pending`, newest first to matter. A stream that is being resumed is read from the
    feed's memory and the past instead, as fast as the client takes it. A preview, which is as large as a
    hundred summaries, is sent when nothing else waits.
    """

    def __init__(self, feed: Feed, interests: Interests, figures: Figures, past: Past | None = None) -> None:
        self._feed = feed
        self._figures = figures
        self._interests = interests
        self._pending = Pending()
        self._pace = PreviewPace()
        self._replies: deque[str] = deque()
        self._room = asyncio.Event()
        self._resumed_next = False
        self._wake = asyncio.Event()
        self._overfull = asyncio.Event()
        self._catching_up = CatchingUp(feed, interests, past, self._wake.set)

    @property
    def waiting(self) -> int:
        """Messages held for this client."""
        return len(self._pending) + len(self._catching_up) + len(self._replies)

    def offer(self, notice: Notice) -> None:
        if not self._interests.wants(notice.kind, notice.stream, notice.window):
            return
        if notice.kind == "preview" and not self._is_due(notice):
            return
        self._wake.set()
        if notice.kind in ("summary", "event") and notice.stream in self._catching_up:
            return  # the feed has it in memory, and it will be read from there in its turn
        try:
            dropped = self._pending.add(notice)
        except OverfullError:
            self._figures.dropped[notice.kind] += 1
            self._overfull.set()
            return
        if dropped is not None:
            self._figures.dropped[dropped.kind] += 1

    def retract(self, stream: str) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind != "preview")

    def forget(self, stream: str, notice: Notice) -> None:
        """What lasts is still sent."""
        self._drop(stream, [kind for kind in KINDS if kind not in LASTING])
        self._catching_up.forget(stream)
        self._pace.forget(stream)
        self.offer(notice)

    def resume(self, stream: str, sequence: int) -> None:
        """Send the summaries that followed `sequence`, and the events of that and later ones.

        Those that wait already are among them.
        """
        self._pending.keep(
            lambda notice: (
                notice.stream != stream
                or notice.kind not in ("summary", "event")
                or (notice.kind == "event" and notice.sequence < sequence)
            )
        )
        self._catching_up.begin(stream, sequence)
        self._wake.set()

    async def read_past(self) -> None:
        """Reads what the feed has not in memory any more, whenever a client resumes from there; for ever."""
        await self._catching_up.read_past()

    async def overfull(self) -> None:
        """Returns when the client cannot be told of every event any more, because too many wait."""
        await self._overfull.wait()

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
        if self._catching_up.active:
            await asyncio.sleep(0)
        while (message := self.take()) is None:
            self._wake.clear()
            await self._wake.wait()
        return message

    def take(self) -> Message | None:
        """The next message; `None` if nothing waits."""
        return self._take_text() or self._take_preview()

    def _take_text(self) -> Message | None:
        """What is live and what is resumed take turns."""
        if self._replies:
            self._room.set()
            return self._replies.popleft()
        self._resumed_next = not self._resumed_next
        if self._resumed_next:
            return self._take_live() or self._take_resumed()
        return self._take_resumed() or self._take_live()

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
                return gap(stream, loss)
            case _, Notice() as notice:
                self._figures.sent[notice.kind] += 1
                return notice.message

    def _take_resumed(self) -> str | None:
        taken = self._catching_up.take()
        if taken is None:
            return None
        kind, text = taken
        self._figures.sent[kind] += 1
        return text

    def _is_due(self, notice: Notice) -> bool:
        """Whether the client's own pace lets this picture through; the keenest takes all that are made."""
        fps = self._interests.preview_fps(notice.stream)
        if fps >= self._feed.previews_wanted(notice.stream):
            return True
        return self._pace.is_due(notice.stream, fps, notice.captured)

    def _drop(self, stream: str, kinds: Collection[Kind]) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind not in kinds)
