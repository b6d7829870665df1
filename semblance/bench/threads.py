"""The processor time of this process by thread, as Linux counts it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")
FOREIGN = ""
"""The name of a thread that Python did not start: libraries have such of their own."""


def processor_seconds() -> dict[tuple[int, str], float]:
    """By the number and the name of each thread there is."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    seconds = {}
    for number in map(int, os.listdir(_TASKS)):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            seconds[number, names.get(number, FOREIGN)] = _nanoseconds(number) / 1e9
    return seconds


def available() -> bool:
    """Whether this system tells."""
    return (_TASKS / str(os.getpid()) / "schedstat").exists()


def _nanoseconds(number: int) -> int:
    """The first field of `schedstat` is the time on a processor (Documentation/scheduler/sched-stats.rst)."""
    return int((_TASKS / str(number) / "schedstat").read_text(encoding="ascii").split()[0])
