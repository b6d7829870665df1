"""Streams that publishers made, and when they are to be forgotten."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Guests:
    """A stream that was made for a publisher goes `forget_after` seconds after the last one has left.

    Where none was ever let in, or it left before its first picture, the stream goes at once; so does the one
    that has waited longest when there are more than `most`.
    """

    def __init__(self, forget_after: float = 300.0, most: int = 100) -> None:
        self._forget_after = forget_after
        self._most = most
        self._left: dict[str, float | None] = {}
        self._at_the_door: dict[str, int] = {}

    @contextmanager
    def at_the_door(self, stream: str, *, made: bool) -> Iterator[None]:
        """While a publisher is being let in; `made` where the stream was just made for it."""
        if made:
            self._make_room()
            self._left[stream] = -math.inf
        self._at_the_door[stream] = self._at_the_door.get(stream, 0) + 1
        try:
            yield
        finally:
            self._at_the_door[stream] -= 1
            if not self._at_the_door[stream]:
                del self._at_the_door[stream]

    def let_in(self, stream: str) -> None:
        """A publisher was."""
        if stream in self._left:
            self._left[stream] = None

    def saw_nothing(self, stream: str) -> None:
        """Whoever published it left before the first picture."""
        if stream in self._left:
            self._left[stream] = -math.inf

    def gone(self, stream: str) -> None:
        """The stream was removed, or is no publisher's any more."""
        self._left.pop(stream, None)

    def due(self, now: float, publishing: Callable[[str], bool]) -> list[str]:
        """Those to forget now; called often. `now` is monotonic."""
        return [stream for stream in self._left if self._is_due(stream, now, publishing(stream))]

    def _make_room(self) -> None:
        waiting = {stream: left for stream, left in self._left.items() if left not in (None, -math.inf)}
        if waiting and len(self._left) >= self._most:
            self._left[min(waiting, key=waiting.__getitem__)] = -math.inf

    def _is_due(self, stream: str, now: float, publishing: bool) -> bool:
        if stream in self._at_the_door:
            return False
        if publishing:
            self._left[stream] = None
            return False
        left = self._left[stream]
        if left is None:
            self._left[stream] = left = now
        return now - left >= self._forget_after
