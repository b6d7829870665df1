"""Turns: threads that work side by side and do one step of their work in order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class AbandonedError(Exception):
    """Raised inside a thread: one before it failed or nobody waits any more, so that its turn never comes."""


class Turns:
    """Hands out turns on one thread; each is taken on whichever thread, `with` it, after all before it.

    Where one is not going to be taken, `close` them: the threads after it wait for it.
    """

    def __init__(self) -> None:
        self._handed_out = 0
        self._served = 0
        self._closed = False
        self._changed = threading.Condition()

    def next(self) -> Turn:
        turn = Turn(self, self._handed_out)
        self._handed_out += 1
        return turn

    def close(self) -> None:
        """No more turns: who waits for one gets `AbandonedError`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait(self, number: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._served == number)
            if self._closed:
                raise AbandonedError

    def pass_on(self) -> None:
        with self._changed:
            self._served += 1
            self._changed.notify_all()


class Turn:
    """One of `Turns`."""

    def __init__(self, turns: Turns, number: int) -> None:
        self._turns = turns
        self._number = number

    def abandon(self) -> None:
        """It will not be taken, or in vain: nobody is to wait for it."""
        self._turns.close()

    def __enter__(self) -> None:
        self._turns.wait(self._number)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turns.pass_on()
