"""Catching up: what a client that resumes has missed, out of the feed's memory and, before that, the past."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from web.history.database import HistoryUnavailableError
from web.messages import encode, gap_json
from web.recent import EVENT_LOSS, Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from web.feed import Feed
    from web.interests import Interests

BATCH = 64
"""Messages taken from the feed's memory at once."""

PAGE = 512
"""Messages read from the past at once: about 0.4 MB, and no more than one page waits for a client."""

Resumed: TypeAlias = Literal["summary", "event", "gap"]


class Entry(NamedTuple):
    """A summary or event in its JSON; `id` is an event's. Of one sequence, the summary comes first."""

    sequence: int
    kind: Resumed
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The first `limit` messages of a stream, none later than `through` where that is given.

    Summaries of these windows that follow `sequence`; events of that sequence and later ones, but for those
    already `known`.
    """

    stream: str
    sequence: int
    through: int | None
    windows: frozenset[str]
    events: bool
    known: frozenset[str]
    limit: int


@dataclass(frozen=True, slots=True)
class Page:
    """`entries` in order, `whole` if nothing follows them.

    `oldest` is the sequence of the first summary held of each window of the stream, `newest` that of the last
    of all; nothing and 0 where none is held. `holes` are numbers, first and last, that are missing between
    summaries held: a crash leaves one, or a database that could not be written.
    """

    entries: Sequence[Entry]
    whole: bool
    oldest: Mapping[str, int]
    newest: int
    holes: Sequence[tuple[int, int]] = ()


class Past(Protocol):
    """What was made before the feed's memory begins. It may be about a second behind what is live."""

    async def page(self, wish: Wish) -> Page:
        """Holds up nobody but who asked. Raises `HistoryUnavailableError`."""
        ...


@dataclass(slots=True)
class _Cursor:
    """How far a client has come in a stream, and through which losses it was told of.

    `known` are the events of this sequence that it has. The past was read through the sequence `read`, or
    to its end; `alone` if it cannot be read.
    """

    sequence: int
    known: set[str] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)
    read: int = 0
    to_its_end: bool = False
    alone: bool = False

    def advance(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.sequence > self.sequence:
                self.sequence = entry.sequence
                self.known.clear()
            if entry.kind == "event":
                self.known.add(entry.id)


class CatchingUp:
    """One client's resumed streams. They take turns, a batch or a page at a time."""

    def __init__(self, feed: Feed, interests: Interests, past: Past | None, wake: Callable[[], None]) -> None:
        """`wake` is called when a page of the past is there to be taken."""
        self._feed = feed
        self._interests = interests
        self._past = past
        self._wake = wake
        self._cursors: dict[str, _Cursor] = {}
        self._batch: deque[tuple[str, Resumed, str]] = deque()
        self._asked = asyncio.Event()

    def __len__(self) -> int:
        return len(self._batch)

    def __contains__(self, stream: str) -> bool:
        return stream in self._cursors

    @property
    def is_active(self) -> bool:
        return bool(self._cursors or self._batch)

    def begin(self, stream: str, sequence: int) -> None:
        """From what followed `sequence` on; what waits of an earlier beginning is dropped.

        A sequence higher than any there is now is of an earlier life of the service: all is sent that is in
        memory.
        """
        self._batch = deque(entry for entry in self._batch if entry[0] != stream)
        self._cursors[stream] = _Cursor(sequence)

    def forget(self, stream: str) -> None:
        """The stream is about to go, and its summaries with it; the events in memory are still sent."""
        self._batch = deque(entry for entry in self._batch if entry[0] != stream or entry[1] == "event")
        cursor = self._cursors.pop(stream, None)
        if cursor is not None and self._interests.wants("event", stream):
            events = self._feed.events(stream, cursor.sequence)
            unsent = [event for event in events if event.id not in cursor.known]
            self._batch.extend((stream, "event", str(event.message)) for event in unsent)

    def take(self) -> tuple[Resumed, str] | None:
        """The next message and its kind; `None` if none is at hand."""
        if not self._batch:
            self._fill()
        if not self._batch:
            return None
        _, kind, text = self._batch.popleft()
        return kind, text

    async def read_past(self) -> None:
        """Reads from the past what is asked for, page by page, for ever."""
        while True:
            await self._asked.wait()
            for stream, cursor in self._cursors.items():
                if self._past is not None and self._is_behind(stream, cursor):
                    await self._read_page(self._past, stream, cursor)
                    break
            self._asked.clear()  # the client asks again when it has taken what was read
            self._wake()

    def _fill(self) -> None:
        """A batch of the stream whose turn it is; those that have caught up are done."""
        for stream, cursor in list(self._cursors.items()):
            if 0 < self._feed.newest(stream) < cursor.sequence:
                cursor = self._cursors[stream] = _Cursor(0)  # the stream counts from the start again
            if self._is_behind(stream, cursor):
                self._asked.set()
                continue
            self._read_memory(stream, cursor)
            if self._batch or self._is_untold(stream, cursor):
                self._cursors[stream] = self._cursors.pop(stream)  # behind the others
            else:
                del self._cursors[stream]
            if self._batch:
                return

    def _is_behind(self, stream: str, cursor: _Cursor) -> bool:
        """Whether the past must be read before the memory can be."""
        if self._past is None or cursor.alone:
            return False
        if not self._feed.newest(stream):
            return not cursor.to_its_end
        return any(loss.last > cursor.read for loss in self._losses(stream, cursor))

    def _is_untold(self, stream: str, cursor: _Cursor) -> bool:
        """Whether all before the stream's next summary is lost, and only that will show how much it is."""
        return cursor.alone and not self._feed.newest(stream)

    def _losses(self, stream: str, cursor: _Cursor) -> Sequence[Loss]:
        """What the memory lacks of what follows the cursor."""
        events = self._interests.wants("event", stream)
        return self._feed.losses(stream, cursor.sequence, self._interests.windows(stream), events=events)

    def _read_memory(self, stream: str, cursor: _Cursor) -> None:
        self._tell(stream, cursor, [loss for loss in self._losses(stream, cursor) if loss.last > cursor.read])
        windows = self._interests.windows(stream)
        summaries = self._feed.after(stream, cursor.sequence, windows, BATCH)
        entries = [Entry(kept.sequence, "summary", "", kept.text) for kept in summaries]
        if self._interests.wants("event", stream):
            unknown = (e for e in self._feed.events(stream, cursor.sequence) if e.id not in cursor.known)
            entries += [Entry(e.sequence, "event", e.id, str(e.message)) for e in islice(unknown, BATCH)]
        self._add(stream, cursor, in_order(entries)[:BATCH])

    async def _read_page(self, past: Past, stream: str, cursor: _Cursor) -> None:
        live = self._feed.newest(stream) > 0
        losses = self._losses(stream, cursor)
        wish = Wish(
            stream,
            cursor.sequence,
            max((loss.last for loss in losses), default=0) if live else None,
            self._interests.windows(stream),
            self._interests.wants("event", stream),
            frozenset(cursor.known),
            PAGE,
        )
        try:
            page = await past.page(wish)
        except HistoryUnavailableError:
            cursor.alone = True
            return
        wanted = (self._interests.windows(stream), self._interests.wants("event", stream))
        if self._cursors.get(stream) is not cursor or wanted != (wish.windows, wish.events):
            return  # it has resumed anew, or wants something else by now
        self._take_page(stream, cursor, page, losses if live else _boundless(wish))
        if page.whole:
            cursor.read = max(cursor.read, wish.through or 0)
            cursor.to_its_end = not live
        if stream in self._cursors:
            self._cursors[stream] = self._cursors.pop(stream)  # behind the others

    def _take_page(self, stream: str, cursor: _Cursor, page: Page, losses: Sequence[Loss]) -> None:
        """Between what is told as lost: what the past has no more, and what it never got."""
        asked_from = cursor.sequence
        self._tell(stream, cursor, _pruned(losses, page.oldest))
        rest = list(page.entries)
        for first, last in page.holes:
            if not page.whole and last > rest[-1].sequence:
                break  # it is told with the next page
            before = bisect_left(rest, first, key=lambda entry: entry.sequence)
            self._add(stream, cursor, rest[:before])
            self._tell(stream, cursor, _within(losses, first, last))
            rest = rest[before:]
        self._add(stream, cursor, rest)
        if page.whole and self._feed.newest(stream):
            held = page.newest if page.newest >= asked_from else self._feed.begins_after(stream)
            self._tell(stream, cursor, _never_held(losses, page, held))

    def _add(self, stream: str, cursor: _Cursor, entries: Sequence[Entry]) -> None:
        self._batch.extend((stream, entry.kind, entry.text) for entry in entries)
        cursor.advance(entries)

    def _tell(self, stream: str, cursor: _Cursor, losses: Iterable[Loss]) -> None:
        for loss in losses:
            if loss.first <= loss.last and loss.last > cursor.told.get(loss.window, 0):
                cursor.told[loss.window] = loss.last
                self._batch.append((stream, "gap", gap(stream, loss)))


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By sequence, the summary before the events it made; otherwise as they are."""
    return sorted(entries, key=lambda entry: (entry.sequence, entry.kind == "event"))


def gap(stream: str, loss: Loss) -> str:
    """The message that tells a client of a loss."""
    return encode(gap_json(stream, loss.window or None, loss.first, loss.last))


def _pruned(losses: Sequence[Loss], oldest: Mapping[str, int]) -> list[Loss]:
    """Of what the memory lacks, what was before the oldest that the past holds, unless that was the first."""
    first = min(oldest.values(), default=1)
    if first == 1:
        return []
    return [
        Loss(each.window, each.first, min(each.last, oldest.get(each.window, first) - 1))
        for each in losses
        if each.window != EVENT_LOSS
    ]


def _within(losses: Sequence[Loss], first: int, last: int) -> list[Loss]:
    """Of the summaries that the memory lacks, those from `first` to `last`."""
    return [
        Loss(each.window, max(each.first, first), min(each.last, last))
        for each in losses
        if each.window != EVENT_LOSS
    ]


def _never_held(losses: Sequence[Loss], page: Page, held: int) -> list[Loss]:
    """Of what the memory lacks, what is later than the newest that the past holds.

    Where no summaries are kept, that says nothing of events.
    """
    if not page.oldest:
        return [each for each in losses if each.window != EVENT_LOSS]
    return [Loss(each.window, max(each.first, held + 1), each.last) for each in losses]


def _boundless(wish: Wish) -> list[Loss]:
    """Where nothing is in memory, all may have been lost but what the past has."""
    return [Loss(window, wish.sequence + 1, 2**63) for window in sorted(wish.windows)]
