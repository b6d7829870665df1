"""Threads for what waits for the disk, so that the event loop never does."""

from __future__ import annotations

import asyncio
import errno
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

THREADS = 4

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Disk:
    """A few threads of its own: a disk that hangs must not take the process's common ones with it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "operations")

    async def do(self, work: Callable[[], T]) -> T:
        """Cancelled, it lets the thread come to its end before it goes. Raises what the work raises."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            if not future.cancelled():
                future.exception()  # nobody is left to be told
            raise


def disk_sentence(error: OSError) -> str:
    """Why something could not be written, without a path of this machine."""
    if error.errno in _FULL:
        return "The disk of the service is full."
    return f"The service cannot use its folder of operations: {error.strerror or type(error).__name__}."
