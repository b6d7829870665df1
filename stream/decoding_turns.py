"""Turns at decoding: many streams, but no more of them at a time than there are cores."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class DecodingTurns:
    """Threads decode `with` it, `places` of them at a time, in the order they came.

    Without, each decoder of a busy machine gets as much of the cores, and of the interpreter's lock, as the
    one thread that looks for faces in the frames of all: 48 cameras on one core were decoded for 2 readings a
    second, and with turns for 41. A lower priority of their threads (5) brought 3: who waits for a core may
    hold the lock. Those that fall behind leave out what is old (`stream.backlog`); a file plays slower.
    """

    def __init__(self, places: int) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:  # the place is handed on, lest the one that leaves it takes it at once
                self._waiting.popleft().release()
            else:
                self._free += 1
