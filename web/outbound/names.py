"""The addresses that a name stands for, asked of the system without blocking anything."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from contextlib import suppress

logger = logging.getLogger(__name__)


class SystemNames:
    """Each name is asked for in a daemon thread of its own, once for all who wait for it.

    A pool's few threads would be taken up by names that no server answers for, and whatever else waits for
    that pool with them; a daemon thread that still waits does not keep the service from ending.
    """

    def __init__(self) -> None:
        self._asked: dict[str, asyncio.Future[list[str]]] = {}

    async def addresses(self, host: str) -> list[str]:
        """All the IP addresses of the name, the best first; none where it is not known."""
        if host not in self._asked:
            self._ask(host)
        return await asyncio.shield(self._asked[host])

    def _ask(self, host: str) -> None:
        loop = asyncio.get_running_loop()

        def ask() -> None:
            found = _resolved(host)
            with suppress(RuntimeError):  # the loop has closed, and nobody waits any more
                loop.call_soon_threadsafe(self._tell, host, found)

        threading.Thread(target=ask, name=f"name of {host}", daemon=True).start()
        self._asked[host] = loop.create_future()  # it is told on this thread, so later

    def _tell(self, host: str, found: list[str]) -> None:
        self._asked.pop(host).set_result(found)


def _resolved(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # no such name, and none that can be
        logger.debug("The name %s is not known: %s", host, error)
        return []
    return list(dict.fromkeys(str(place[0]) for *_, place in found))
