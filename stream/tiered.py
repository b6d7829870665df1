"""One inlet for items that come live and, where these leave room, for those of producers that can wait."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from stream.channel import ChannelClosedError
from stream.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_QUIET = 2.0
"""Seconds without a live item after which none is expected at any moment."""

_RECOVERY = 0.3
"""Seconds after a live item was lost (superseded) in which no other makes any wait."""

_LATE = 0.001
"""Seconds: a timer may go off before its time, by as much as the clock resolves."""


@dataclass(slots=True)
class TieredFigures:
    """Counts of the items of lines: `taken`, `pressed` those of them for which there was no room, and `left`
    those that still waited when their line was left.
    """

    taken: int = 0
    pressed: int = 0
    left: int = 0


class Line(Generic[T]):
    """The items of one producer, all of them and in their order. Made by `Tiered.line`.

    `capacity` may be changed, and counts from the next item on.
    """

    def __init__(self, capacity: int, arrived: Callable[[], None]) -> None:
        self.items: deque[T] = deque()
        self.capacity = capacity
        self._arrived = arrived
        self._underway = 0
        self._left = False
        self._changed = asyncio.Event()

    async def put(self, item: T) -> None:
        """Waits while `capacity` items are between here and `done`.

        Raises `ChannelClosedError` once the line was left.
        """
        await self._until_at_most(self.capacity - 1)
        if self._left:
            raise ChannelClosedError("The line was left; nothing more is taken from it.")
        self._underway += 1
        self.items.append(item)
        self._arrived()

    def done(self) -> None:
        """One that was taken has gone all its way, and makes room for another."""
        self._underway -= 1
        self._changed.set()

    async def drained(self) -> None:
        """Returns once every item is done."""
        await self._until_at_most(0)

    def leave(self) -> int:
        """Lets everybody go who waits; how many items still did."""
        waiting = len(self.items)
        self.items.clear()
        self._left = True
        self._changed.set()
        return waiting

    async def _until_at_most(self, underway: int) -> None:
        while self._underway > underway and not self._left:
            self._changed.clear()
            await self._changed.wait()


class Tiered(Generic[T]):
    """The newest item of each live key goes first (`Latest`); lines are served by turns where room is left.

    `room` is asked how many items of lines may join so many live ones; it is asked of 0 where live ones come
    all the time and none waits just now. Where none has come for long, a batch is filled; where live ones
    are lost, there is no room. Where there has been none for `patience` seconds, one item joins all the same.
    `fresh` is asked of live items as by `Latest`.
    Many tasks may `put`; only one may `take`.
    """

    def __init__(
        self,
        room: Callable[[int], int],
        patience: float = 0.5,
        fresh: Callable[[T], bool] = lambda _: True,
    ) -> None:
        self.figures = TieredFigures()
        self._room = room
        self._patience = patience
        self._live: Latest[T] = Latest(fresh)
        self._came = self._lost = -math.inf
        self._lines: deque[Line[T]] = deque()
        self._served = 0.0
        self._changed = asyncio.Event()
        self._calm = asyncio.Event()

    def put(self, key: str, item: T, weight: float = 1.0) -> bool:
        """Leaves a live item; true if an older one of this key was superseded by it. Never waits."""
        self._came = asyncio.get_running_loop().time()
        self._changed.set()
        superseded = self._live.put(key, item, weight)
        if superseded:
            self._lost = self._came
        return superseded

    def forget(self, key: str) -> None:
        """Drops a live key and what waits under it."""
        self._live.forget(key)
        self._calm.set()

    @contextmanager
    def line(self, capacity: int) -> Iterator[Line[T]]:
        """A line for as long as it is used; what waits in it at the end is dropped."""
        line: Line[T] = Line(capacity, self._arrived)
        self._lines.append(line)
        try:
            yield line
        finally:
            self._lines.remove(line)
            self.figures.left += line.leave()

    async def take(self, limit: int, wait: float) -> list[T]:
        """At least one item, at most `limit`, the live ones first.

        Waits for the first for ever; with a live one, for more of those as `Latest` does.
        """
        while True:
            await self._until_something_waits()
            pressed = self._pressed()
            live = await self._live.gather(limit - pressed, wait)
            self._calm.set()
            if taken := live + self._of_lines(limit, len(live), pressed):
                return taken
            if not len(self._live):  # all that were taken may have come too late, and others wait
                await self._until_there_is_room()

    async def lull(self) -> None:
        """For work that goes by another way: returns when no live item waits or was lost a moment ago, after
        `patience` seconds at the latest.
        """
        now = asyncio.get_running_loop().time
        last = now() + self._patience
        while self._crowded() and now() < last:
            until = last if len(self._live) else min(last, self._lost + _RECOVERY)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until + _LATE):
                    self._calm.clear()
                    await self._calm.wait()

    def _arrived(self) -> None:
        if sum(len(line.items) for line in self._lines) == 1:
            self._served = asyncio.get_running_loop().time()
        self._changed.set()

    async def _until_something_waits(self) -> None:
        while not (len(self._live) or self._next()):
            self._changed.clear()
            await self._changed.wait()

    async def _until_there_is_room(self) -> None:
        """Or something else has come that may have it."""
        room = min(self._lost + _RECOVERY, self._served + self._patience)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(room + _LATE):
                self._changed.clear()
                await self._changed.wait()

    def _pressed(self) -> int:
        """1 where lines have waited long enough, else 0."""
        due = asyncio.get_running_loop().time() >= self._served + self._patience
        return int(due and self._next() is not None)

    def _of_lines(self, limit: int, live: int, pressed: int) -> list[T]:
        room = self._room_beside(live, limit)
        taken: list[T] = []
        while len(taken) < min(limit - live, max(room, pressed)) and (line := self._next()):
            taken.append(line.items.popleft())
            self._lines.remove(line)
            self._lines.append(line)
            self._served = asyncio.get_running_loop().time()
        self.figures.taken += len(taken)
        self.figures.pressed += max(0, len(taken) - room)
        return taken

    def _room_beside(self, live: int, limit: int) -> int:
        if self._crowded():
            return 0
        quiet = asyncio.get_running_loop().time() >= self._came + _QUIET
        return limit if quiet else self._room(live)

    def _crowded(self) -> bool:
        """Whether there are more live items than are taken."""
        return len(self._live) > 0 or asyncio.get_running_loop().time() < self._lost + _RECOVERY

    def _next(self) -> Line[T] | None:
        """The line whose turn it is, of those where something waits."""
        return next((line for line in self._lines if line.items), None)
