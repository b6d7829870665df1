"""A bounded queue that makes its producers wait, for one consumer that takes several items at once."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelClosedError(Exception):
    """An item was put into a channel that had been closed."""


class Channel(Generic[T]):
    """Every item, in order. Many tasks may `put`; only one may `take`."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"A channel needs room for at least one item, not {capacity}.")
        self._capacity = capacity
        self._items: deque[tuple[float, T]] = deque()
        self._closed = False
        self._changed = asyncio.Condition()

    def __len__(self) -> int:
        return len(self._items)

    async def put(self, item: T) -> None:
        """Waits while the channel is full; raises `ChannelClosedError` once it is closed."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._closed or len(self._items) < self._capacity)
            if self._closed:
                raise ChannelClosedError("The channel was closed; nothing more is taken from it.")
            self._items.append((asyncio.get_running_loop().time(), item))
            self._changed.notify_all()

    async def close(self) -> None:
        """No more items; what is inside can still be taken."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def take(self, limit: int, wait: float) -> list[T]:
        """At least one item, at most `limit`; an empty list once the channel is closed and drained.

        Waits for the first for ever; for more only until `wait` seconds after the first arrived, and not
        at all once there are `limit` of them, the channel is full or no more can come.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._closed or self._items)
            if self._items:
                await self._until_enough_wait(min(limit, self._capacity), self._items[0][0] + wait)
            taken = [self._items.popleft()[1] for _ in range(min(limit, len(self._items)))]
            self._changed.notify_all()
            return taken

    async def _until_enough_wait(self, enough: int, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._changed.wait_for(lambda: self._closed or len(self._items) >= enough)
        except TimeoutError:
            return
