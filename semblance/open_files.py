"""How many files and sockets this process may have open at once."""

from __future__ import annotations

import resource

MOST = 8192


def allow_many() -> None:
    """As many as `MOST`, where the system allows it: its usual limit of 1024 is less than the clients and
    cameras that may come.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
