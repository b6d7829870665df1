"""How what waits for a client gets to its socket: by turns, as fast as it is read and no faster."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import Callable

SLICE = 0.005
"""Seconds after which the rest of the event loop has its turn too; 5,000 clients take ten times that."""

PORTION = 16_384
"""Bytes written in one go: what was made in one breath costs one call of the system, and the kernel has no
more of it than it may hold unsent for a client."""


class Outlet(Protocol):
    """The sending end of a client's connection."""

    @property
    def is_free(self) -> bool:
        """Whether it is open, and the kernel has all that was written."""
        ...

    def write(self, frames: bytes) -> None: ...

    def tell(self, sending: Sending | None) -> None:
        """Who is told from now on when the kernel takes no more, and when it has taken all."""
        ...


class Turns:
    """Lets the clients for which something waits send one after another, a slice of time after another.

    A task for each client that wakes for each message costs three times what the sending itself does.
    """

    def __init__(self) -> None:
        self._waiting: deque[Sending] = deque()
        self._is_due = False

    def __len__(self) -> int:
        """Clients whose turn is still to come."""
        return len(self._waiting)

    def join(self, sending: Sending) -> None:
        self._waiting.append(sending)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        now, waiting = loop.time, self._waiting
        end = now() + SLICE
        try:
            while waiting:
                waiting.popleft().send()
                if now() > end:
                    break
        finally:  # a bug in one client's turn is logged by the loop, and the others have theirs
            self._is_due = bool(waiting)
            if self._is_due:
                loop.call_soon(self._serve)


class Sending:
    """Writes what waits for one client, a portion whenever the kernel has taken the one before.

    What is written can no longer be replaced by newer; so nothing is while anything waits to be taken.
    """

    __slots__ = ("_give_up", "_in_turn", "_outlet", "_patience", "_take", "_timer", "_turns")

    def __init__(self, outlet: Outlet, turns: Turns, patience: float, give_up: Callable[[], None]) -> None:
        """`give_up` is called when the client has not read for so many seconds what was written."""
        self._outlet = outlet
        self._turns = turns
        self._patience = patience
        self._give_up = give_up
        self._take: Callable[[int], bytes] | None = None
        self._in_turn = False
        self._timer: TimerHandle | None = None

    def begin(self, take: Callable[[int], bytes]) -> None:
        """From now on what this gives is sent: frames of about so many bytes, nothing where nothing waits."""
        self._take = take
        self._outlet.tell(self)
        if not self._outlet.is_free:
            self.blocked()
        self.wake()

    def end(self) -> None:
        self._take = None
        self._outlet.tell(None)
        self._calm()

    def wake(self) -> None:
        """Something waits."""
        if not self._in_turn and self._take is not None:
            self._in_turn = True
            self._turns.join(self)

    def send(self) -> None:
        """One portion. What waits after it has its turn behind the other clients."""
        self._in_turn = False
        if self._take is None or not self._outlet.is_free:
            return
        if frames := self._take(PORTION):
            self._outlet.write(frames)
            if len(frames) >= PORTION:
                self.wake()

    def blocked(self) -> None:
        """The kernel takes no more, because the client does not read."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._patience, self._give_up)

    def freed(self) -> None:
        """The kernel has taken all."""
        self._calm()
        self.wake()

    def _calm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
