"""One client's end of the feed: what waits to be sent to it, never more than a bounded amount."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.catching_up import CatchingUp, gap
from web.feed import KINDS
from web.framing import framed
from web.pending import LASTING, Missed, OverfullError, Pending
from web.preview_pace import PreviewPace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from web.catching_up import Past
    from web.feed import Feed, Kind, Notice
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


def _unheard() -> None:
    """Nobody listens: what waits is taken all the same."""


class Subscriber:
    """Implements `Receiver`; `take` gives what is to be sent, in order.

    What is live waits in `Pending`, newest first to matter. A stream that is being resumed is read from the
    feed's memory and the past instead, as fast as the client takes it. A preview, which is as large as a
    hundred summaries, is sent when nothing else waits.
    """

    def __init__(
        self,
        feed: Feed,
        interests: Interests,
        figures: Figures,
        past: Past | None = None,
        *,
        wake: Callable[[], None] = _unheard,
        overfull: Callable[[], None] = _unheard,
    ) -> None:
        """`wake` is called when there is something to take, and `overfull` when the client cannot be told of
        every event any more, because too many wait.
        """
        self._feed = feed
        self._figures = figures
        self._interests = interests
        self._wake = wake
        self._overfull = overfull
        self._past = past
        self._pending = Pending()
        self._pace = PreviewPace()
        self._replies: list[str] = []
        self._room: asyncio.Event | None = None  # only while it is waited for: each takes half a kB
        self._resumed_next = False
        self._is_catching_up = False
        self._resumed: CatchingUp | None = None

    @property
    def waiting(self) -> int:
        """Messages held for this client."""
        resumed = 0 if self._resumed is None else len(self._resumed)
        return len(self._pending) + resumed + len(self._replies)

    @property
    def has_resumed(self) -> bool:
        """Whether `read_past` has to run."""
        return self._is_catching_up

    def wants(self, kind: Kind, stream: str, window: str = "") -> bool:
        return self._interests.wants(kind, stream, window)

    def offer(self, notice: Notice) -> None:
        if notice.kind == "preview" and not self._is_due(notice):
            return
        self._wake()
        if self._is_catching_up and self._comes_in_its_turn(notice):
            return
        try:
            dropped = self._pending.add(notice)
        except OverfullError:
            self._figures.dropped[notice.kind] += 1
            self._overfull()
            return
        if dropped is not None:
            self._figures.dropped[dropped.kind] += 1

    def retract(self, stream: str) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind != "preview")

    def forget(self, stream: str, notice: Notice) -> None:
        """What lasts is still sent."""
        self._drop(stream, [kind for kind in KINDS if kind not in LASTING])
        if self._resumed is not None:
            self._resumed.forget(stream)
        self._pace.forget(stream)
        if self.wants(notice.kind, stream):
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
        self._is_catching_up = True
        self._wake()

    async def read_past(self) -> None:
        """Reads what the feed has not in memory any more, whenever a client resumes from there; for ever."""
        await self._catching_up.read_past()

    def revise(self) -> None:
        """The interests have changed: what waits and is no longer wanted is dropped."""
        wanted = self._interests.wants
        self._pending.keep(lambda notice: wanted(notice.kind, notice.stream, notice.window))
        self._feed.revise(self)
        self._feed.want_previews(self, self._interests.previews)

    async def reply(self, text: str) -> None:
        """Answer the client; waits while too many answers wait already."""
        while len(self._replies) >= REPLIES:
            self._room = asyncio.Event()
            await self._room.wait()
            self._room = None
        self._replies.append(text)
        self._wake()

    def take_portion(self, size: int) -> bytes:
        """The next messages, framed, until they are of this size or larger; empty if nothing waits.

        Nearly always that is one message, the only one that waits.
        """
        if not (self._replies or self._is_catching_up):
            notice = self._pending.take_alone()
            if notice is not None:
                self._figures.sent[notice.kind] += 1
                return notice.framed
        frames: list[bytes] = []
        while size > 0 and (frame := self.take()) is not None:
            frames.append(frame)
            size -= len(frame)
        return b"".join(frames)

    def take(self) -> bytes | None:
        """The next message, framed; `None` if nothing waits."""
        if self._replies:
            if self._room is not None:
                self._room.set()
            return framed(self._replies.pop(0))
        if self._is_catching_up:
            return self._take_by_turns() or self._take_preview()
        return self._take_live() or self._take_preview()

    def _take_by_turns(self) -> bytes | None:
        """What is live and what is resumed."""
        self._resumed_next = not self._resumed_next
        if self._resumed_next:
            return self._take_live() or self._take_resumed()
        return self._take_resumed() or self._take_live()

    def _take_preview(self) -> bytes | None:
        notice = self._pending.take_preview()
        if notice is None:
            return None
        self._figures.sent[notice.kind] += 1
        return notice.framed

    def _take_live(self) -> bytes | None:
        taken = self._pending.take()
        if taken is None:
            return None
        if isinstance(taken, Missed):
            self._figures.sent["gap"] += 1
            return framed(gap(taken.stream, taken.loss))
        self._figures.sent[taken.kind] += 1
        return taken.framed

    def _take_resumed(self) -> bytes | None:
        taken = self._catching_up.take()
        if taken is None:
            self._is_catching_up = self._catching_up.is_active
            return None
        kind, text = taken
        self._figures.sent[kind] += 1
        return framed(text)

    @property
    def _catching_up(self) -> CatchingUp:
        """Most clients never resume."""
        if self._resumed is None:
            self._resumed = CatchingUp(self._feed, self._interests, self._past, self._wake)
        return self._resumed

    def _comes_in_its_turn(self, notice: Notice) -> bool:
        """The feed has it in memory, and it will be read from there."""
        return notice.kind in ("summary", "event") and notice.stream in self._catching_up

    def _is_due(self, notice: Notice) -> bool:
        """Whether the client's own pace lets this picture through; the keenest takes all that are made."""
        fps = self._interests.preview_fps(notice.stream)
        if fps >= self._feed.previews_wanted(notice.stream):
            return True
        return self._pace.is_due(notice.stream, fps, notice.captured)

    def _drop(self, stream: str, kinds: Collection[Kind]) -> None:
        self._pending.keep(lambda notice: notice.stream != stream or notice.kind not in kinds)
