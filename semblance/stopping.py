"""Being stopped: what Ctrl-C, `SIGTERM` and `SIGHUP` do to a command that leaves things in order."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """The first signal stops the command, all after it are ignored, also while the process ends.

    Signals are held until `check`, so that modules are imported whole; from there on they raise
    `KeyboardInterrupt`, and once there is a task to be `cancelled` they do only that.
    """

    def __init__(self) -> None:
        self._asked = False
        self._held = True
        self._task: asyncio.Task[None] | None = None

    def install(self) -> None:
        """For good: the process is to end with the command. What is ignored (`nohup`) stays so."""
        for number in _SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop)

    def check(self) -> None:
        """Raises `KeyboardInterrupt` where a signal has come."""
        self._held = False
        if self._asked:
            raise KeyboardInterrupt

    def cancelled(self, task: asyncio.Task[None] | None) -> None:
        """From now on signals cancel this task of the running loop, and nothing once it is done."""
        self._task, self._held = task, True
        if self._asked and task is not None:
            task.cancel()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        for number in _SIGNALS:
            # Python would take a function away again before it has ended.
            signal.signal(number, signal.SIG_IGN)
        if self._task is not None and not self._task.done():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        elif not self._held:
            raise KeyboardInterrupt
