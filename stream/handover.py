"""Where a thread leaves items for the event loop: the newest only, or every one with back-pressure."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class StoppedError(Exception):
    """Raised inside the thread: nobody wants its items any more."""


class Handover(Generic[T]):
    """`put`, `breathe` and `sleep_until` are for the thread, `take` and `stop` for the loop and never wait.

    `notify` is called from the thread whenever there is something to take after there was nothing. A thread
    that ran out of room goes on once half of it is free: to change threads for every item costs both of them.
    """

    def __init__(self, notify: Callable[[], None], capacity: int, *, live: bool) -> None:
        self.alive_at = time.monotonic()
        self._items: deque[T] = deque()
        self._capacity = 1 if live else capacity
        self._half = capacity // 2
        self._live = live
        self._notify = notify
        self._stopped = False
        self._changed = threading.Condition()

    def put(self, item: T) -> bool:
        """True if an older item was superseded, which only a live one does; others wait for room."""
        with self._changed:
            if not self._live and len(self._items) >= self._capacity:
                self._changed.wait_for(lambda: self._stopped or len(self._items) <= self._half)
            self._check()
            superseded = self._live and bool(self._items)
            if superseded:
                self._items.clear()
            self._items.append(item)
            first = len(self._items) == 1 and not superseded
        self.alive_at = time.monotonic()
        if first:
            self._notify()
        return superseded

    def breathe(self) -> None:
        """A sign of life; raises `StoppedError` when the thread is to end."""
        self.alive_at = time.monotonic()
        self._check()

    def sleep_until(self, moment: float) -> None:
        """Sleeps until this time of the monotonic clock; raises `StoppedError` as soon as it is to end."""
        with self._changed:
            self.alive_at = max(moment, self.alive_at)
            self._changed.wait_for(lambda: self._stopped, max(0.0, moment - time.monotonic()))
            self._check()

    def take(self) -> list[T]:
        """The oldest item, or an empty list."""
        with self._changed:
            taken = [self._items.popleft()] if self._items else []
            if taken and not self._live and len(self._items) == self._half:
                self._changed.notify_all()
            return taken

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()

    def _check(self) -> None:
        if self._stopped:
            raise StoppedError
