"""A thread that produces items for one consumer on the event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from stream.handover import Handover, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

logger = logging.getLogger(__name__)


class WorkerHangsError(Exception):
    """The thread has shown no sign of life within the time allowed."""


class Worker(Generic[T]):
    """Runs `produce(handover)` in a daemon thread of its own and hands its items to the running loop.

    A pool would let the streams beyond its size wait for ever, and a daemon thread that a library never
    returns from can be left behind.
    """

    def __init__(
        self, name: str, produce: Callable[[Handover[T]], None], *, live: bool, capacity: int = 4
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[None] = self._loop.create_future()
        self._watch: asyncio.TimerHandle | None = None
        self._patience = 0.0
        self._handover: Handover[T] = Handover(self._notify, capacity, live=live)
        self._produce = produce
        self._finished = False
        self._failure: BaseException | None = None
        threading.Thread(target=self._run, name=name, daemon=True).start()

    async def next(self, patience: float) -> T | None:
        """The next item; `None` when the thread has ended.

        Raises what `produce` raised, and `WorkerHangsError` once the thread has shown no sign of life for
        `patience` seconds.
        """
        while True:
            finished = self._finished  # read before the items: what came before the end is taken before it
            if taken := self._handover.take():
                return taken[0]
            if finished:
                if self._failure:
                    raise self._failure
                return None
            self._watch_for(patience)
            await self._news()

    async def close(self, within: float) -> bool:
        """Tells the thread to end and waits for it; false if it was left behind because it did not."""
        self._handover.stop()
        if self._watch:
            self._watch.cancel()
        try:
            async with asyncio.timeout(within):
                while not self._finished:
                    await self._news()
        except TimeoutError:
            return False
        return True

    async def _news(self) -> None:
        self._waiter = self._loop.create_future()
        await self._waiter

    def _watch_for(self, patience: float) -> None:
        """Sets the timer; it is set anew once per `patience`, which is cheaper than once per item."""
        if self._watch and patience == self._patience:
            return
        if self._watch:
            self._watch.cancel()
        self._patience = patience
        self._watch = self._loop.call_later(self._left(), self._look)

    def _left(self) -> float:
        return max(0.0, self._handover.alive_at + self._patience - time.monotonic())

    def _look(self) -> None:
        self._watch = None
        if self._waiter.done():  # nobody waits
            return
        if left := self._left():
            self._watch = self._loop.call_later(left, self._look)
        else:
            self._waiter.set_exception(WorkerHangsError(f"No sign of life for {self._patience:g} s."))

    def _wake(self) -> None:
        if not self._waiter.done():
            self._waiter.set_result(None)

    def _notify(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:  # the loop has closed: a thread left behind has nobody to tell
            logger.debug("A thread outlived its event loop.")

    def _run(self) -> None:
        try:
            self._produce(self._handover)
        except StoppedError:
            pass
        except BaseException as error:
            self._failure = error
        finally:
            self._finished = True
            self._notify()
