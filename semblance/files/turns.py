"""Turns: several write at once, and what they write comes out one after the other."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from semblance.files.spool import Spool, Waiting

if TYPE_CHECKING:
    from semblance.output import Lines


class Turns:
    """Hands out turns, which come in the order in which they were handed out.

    Whoever's turn it is writes through, or, where only `whole` results are wanted, is let through when it is
    done; everybody else's lines wait in the spool.
    """

    def __init__(self, out: Lines, spool: Spool, *, whole: bool) -> None:
        self._out = out
        self._spool = spool
        self._whole = whole
        self._queue: deque[Turn] = deque()

    def next(self) -> Turn:
        turn = Turn(self, Waiting(self._spool))
        self._queue.append(turn)
        return turn

    def write(self, turn: Turn, text: str) -> None:
        if self._queue[0] is turn and not self._whole:
            self._out.write(text)
        else:
            turn.waiting.put(text)

    def flush(self, turn: Turn) -> None:
        if self._queue[0] is turn and not self._whole:
            self._out.flush()

    def advance(self) -> None:
        """Lets through what need not wait any more."""
        while self._queue and self._queue[0].finished:
            self._let_through(self._queue[0])
            self._queue.popleft()
        if self._queue and not self._whole:
            self._let_through(self._queue[0])

    def _let_through(self, turn: Turn) -> None:
        for part in turn.waiting.take():
            self._out.write(part)
        self._out.flush()


class Turn:
    """Implements `Lines` and `Result`."""

    def __init__(self, turns: Turns, waiting: Waiting) -> None:
        self.waiting = waiting
        self.finished = False
        self._turns = turns

    @property
    def lines(self) -> Lines:
        return self

    def write(self, text: str, /) -> None:
        self._turns.write(self, text)

    def flush(self) -> None:
        self._turns.flush(self)

    def done(self) -> None:
        """All of it has been written."""
        self.finished = True
        self._turns.advance()

    def discard(self) -> None:
        """What of it still waits is not wanted."""
        for _ in self.waiting.take():
            pass
        self.done()
