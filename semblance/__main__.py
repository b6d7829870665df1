"""The command `semblance`: a light door, so that Ctrl-C while the rest is loaded ends it quietly."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn


def main() -> None:
    """Ends the process, with status 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted."""
    try:
        from semblance.command_line import status

        ended = status()
    except KeyboardInterrupt:
        ended = 130
    if any(thread.daemon for thread in threading.enumerate()):
        _leave(ended)
    sys.exit(ended)


def _leave(status: int) -> NoReturn:
    """Ends the process under the threads that were left behind in a library, all else being done.

    One that comes back from FFmpeg while the interpreter is taken down crashes the process.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
