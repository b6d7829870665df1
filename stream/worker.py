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
        self._changed = asyncio.Event()
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
            self._changed.clear()
            finished = (
                self._finished
            )  # read first: what was produced before it is taken before it is believed
            if taken := self._handover.take():
                return taken[0]
            if finished:
                if self._failure:
                    raise self._failure
                return None
            await self._sign_of_life(patience)

    async def close(self, within: float) -> bool:
        """Tells the thread to end and waits for it; false if it was left behind because it did not."""
        self._handover.stop()
        try:
            async with asyncio.timeout(within):
                while not self._finished:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def _sign_of_life(self, patience: float) -> None:
        left = self._handover.alive_at + patience - time.monotonic()
        if left <= 0:
            raise WorkerHangsError(f"No sign of life for {patience:g} s.")
        try:
            async with asyncio.timeout(left):
                await self._changed.wait()
        except TimeoutError:
            return  # the caller looks again: the thread may have breathed meanwhile

    def _notify(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._changed.set)
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
