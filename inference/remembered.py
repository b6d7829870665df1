"""What is remembered of each stream between its frames."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_MOST_STREAMS = 1000
"""Those read last are kept; a frame that was still on its way when its stream was forgotten leaks nothing."""


class Remembered(Generic[T]):
    """One thing for each stream, made when it is first asked for. Threads may share it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._streams: dict[str, T] = {}
        self._lock = threading.Lock()

    def of(self, stream: str) -> T:
        with self._lock:
            kept = self._streams.pop(stream) if stream in self._streams else self._make()
            self._streams[stream] = kept
            if len(self._streams) > _MOST_STREAMS:
                del self._streams[next(iter(self._streams))]
            return kept

    def forget(self, stream: str) -> None:
        """Drop what is kept of a stream."""
        with self._lock:
            self._streams.pop(stream, None)

    def forget_all(self) -> None:
        with self._lock:
            self._streams.clear()
