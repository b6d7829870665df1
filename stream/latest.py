"""The newest item of each of many producers, for one consumer that takes several at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from stream.fair_turns import FairTurns

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Latest(Generic[T]):
    """One slot per key: an item that was not taken in time is superseded by the next of the same key.

    Where more wait than are taken, they are taken by fair shares (`FairTurns`). In the order in which they
    began to wait, a key whose period is in step with the consumer's could always come last. `fresh` is asked
    of each item when its turn has come: one that is not is dropped, and its key keeps the turn.
    Many tasks may `put`; only one may `take`.
    """

    def __init__(self, fresh: Callable[[T], bool] = lambda _: True) -> None:
        self.superseded: dict[str, int] = {}
        self._fresh = fresh
        self._waiting: dict[str, T] = {}
        self._since: dict[str, float] = {}
        self._turns = FairTurns()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, key: str, item: T, weight: float = 1.0) -> bool:
        """Leaves `item` to be taken; true if an older one of this key was superseded by it. Never waits."""
        self._turns.weigh(key, weight)
        superseded = key in self._waiting
        self.superseded[key] = self.superseded.get(key, 0) + superseded
        self._waiting[key] = item
        if superseded:
            self._turns.missed(key)
        else:
            self._since[key] = asyncio.get_running_loop().time()
            self._changed.set()
        return superseded

    def forget(self, key: str) -> None:
        """Drops the key, what waits under it and its count."""
        self.superseded.pop(key, None)
        self._waiting.pop(key, None)
        self._since.pop(key, None)
        self._turns.forget(key)
        self._changed.set()

    async def take(self, limit: int, wait: float) -> list[T]:
        """At least one item, at most `limit`.

        Waits for the first for ever; for more only until `wait` seconds after the first began to wait, and
        not at all once there are `limit` of them or every known key has one.
        """
        while True:
            await self._until_something_waits()
            if taken := await self.gather(limit, wait):  # a key may have been forgotten meanwhile
                return taken

    async def gather(self, limit: int, wait: float) -> list[T]:
        """As `take`, but of what waits already: an empty list where nothing does, or nothing more."""
        if self._waiting:
            await self._until_enough_wait(limit, wait)
        return self._pop(limit)

    async def _until_something_waits(self) -> None:
        while not self._waiting:
            self._changed.clear()
            await self._changed.wait()

    async def _until_enough_wait(self, limit: int, wait: float) -> None:
        if not wait:  # a timer that has run out before it is set costs a turn of the loop all the same
            return
        deadline = next(iter(self._since.values())) + wait
        try:
            async with asyncio.timeout_at(deadline):
                while len(self._waiting) < min(limit, len(self.superseded)):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    def _pop(self, limit: int) -> list[T]:
        taken: list[T] = []
        for key in self._turns.order(self._waiting):
            if len(taken) == limit:
                break
            del self._since[key]
            item = self._waiting.pop(key)
            if self._fresh(item):
                self._turns.served(key)
                taken.append(item)
            else:
                self._turns.missed(key)
        return taken
