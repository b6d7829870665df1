"""How many files the service may have open at once: a client of the live WebSocket is one of them."""

from __future__ import annotations

import resource

MOST = 65_536
"""Some systems allow a billion, and some programs that a hook starts look at each."""

KEPT = 512
"""For cameras, history, hooks and requests; the clients of the live WebSocket may have the rest."""


def allow_many() -> None:
    """Raises the process's own limit, often 1,024, to what the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def clients_that_fit() -> int:
    """Clients that may be connected at once, by the limit as it is now."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MOST if soft == resource.RLIM_INFINITY else soft
    return max(files - KEPT, files // 2)
