"""Being stopped: what Ctrl-C, `SIGTERM` and `SIGHUP` do to a command that leaves things in order."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

STATUS = 130
"""As a shell says it of what was interrupted."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAID = b"semblance: interrupted before anything was begun\n"


class Stop:
    """The first signal stops the command, all after it are ignored, also while the process ends.

    Until `begin` it ends the process as it is: modules may be half imported then, and nothing is open. From
    there on it raises `KeyboardInterrupt`, and once there is a task to be `cancelled`, it does only that.
    """

    def __init__(self) -> None:
        self._asked = self._begun = self._ended = False
        self._task: asyncio.Task[None] | None = None

    def install(self) -> None:
        """For good: the process is to end with the command. What is ignored (`nohup`) stays so."""
        for number in _SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop)

    def begin(self) -> None:
        self._begun = True

    def check(self) -> None:
        """Raises once more what came where it could not be raised: Python drops it in some callbacks."""
        if self._asked:
            raise KeyboardInterrupt

    def cancelled(self, task: asyncio.Task[None] | None) -> None:
        """From now on signals cancel this task of the running loop, and do nothing once it is done."""
        self._task = task
        if self._asked and task is not None:
            task.cancel()

    def end(self) -> None:
        """The command is done, and a signal comes too late. Not to be called while one is handled: Python
        complains where it then finds another, which nobody handles any more.
        """
        self._ended = True
        for number in _SIGNALS:
            if signal.getsignal(number) == self._stop:
                # A function would be taken away again some time before the process ends.
                signal.signal(number, signal.SIG_IGN)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked or self._ended:
            return
        self._asked = True
        if not self._begun:
            os.write(2, _SAID)
            os._exit(STATUS)
        if self._task is None:
            raise KeyboardInterrupt
        if not self._task.done():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
