"""The priority of a thread, for one that gives way to all others."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

_NICE = 19


def give_way() -> None:
    """From here on the calling thread, and those it starts, get the time that the others leave.

    Only Linux knows priorities of single threads; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # some containers forbid the call
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
