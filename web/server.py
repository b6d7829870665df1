"""The HTTP server, run inside an event loop that somebody else owns."""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import nullcontext
from typing import TYPE_CHECKING

import uvicorn

from web.connection import Connection
from web.http_connection import HttpConnection
from web.options import LARGEST_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from ssl import SSLContext

    from starlette.types import ASGIApp

BACKLOG = 4096
"""Connections that may wait to be let in: after a restart all clients come back at once."""

AT_A_TIME = 16
"""Connections let in before the rest of the event loop has its turn: each takes half a millisecond."""

GRACE = 3
"""Seconds that requests and connections have to end at shutdown."""

FAREWELL = 0.5
"""Seconds of it in which a client may agree to the end of a TLS connection."""

PING = 20.0

_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""A name such as localhost may have an address of a family that this machine has switched off."""


class ListenError(OSError):
    """The service cannot listen where it should; the message says why and what to do."""


class _Server(uvicorn.Server):
    """Signals are left to the program around it. Connections are let in a few at a time."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """asyncio lets in as many in one go as may wait; here more may wait."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """A TLS connection closes when the other side agrees; one that sleeps would use up the grace."""
        parting = asyncio.get_running_loop().call_later(FAREWELL, self._drop_closing)
        try:
            await super().shutdown(sockets)
        finally:
            parting.cancel()

    def _drop_closing(self) -> None:
        for connection in list(self.server_state.connections):
            if self.config.is_ssl and connection.transport.is_closing():
                connection.transport.abort()


def bind(host: str, port: int) -> list[socket.socket]:
    """Listening sockets, one for each address of `host`, all on one port; port 0 picks a free one.

    Raises `ListenError`.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ListenError(f"The host {host!r} cannot be listened on: {error.strerror}.") from error
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, name in dict.fromkeys((entry[0], str(entry[4][0])) for entry in found):
        try:
            sockets.append(_listening(family, name, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            missing = error
            if error.errno not in _NOT_HERE:
                break
    if missing is not None and (not sockets or missing.errno not in _NOT_HERE):
        for opened in sockets:
            opened.close()
        raise ListenError(_reason(host, port, missing)) from missing
    return sockets


def address(sockets: Sequence[socket.socket]) -> tuple[str, int]:
    """The host and port that were really taken."""
    host, port = sockets[0].getsockname()[:2]
    return str(host), int(port)


async def serve_on(app: ASGIApp, sockets: list[socket.socket], tls: SSLContext | None = None) -> None:
    """Serve until cancelled, then end within a few seconds whatever is connected. Closes the sockets."""
    server = _Server(_config(app, tls))
    running = asyncio.create_task(server.serve(sockets), name="http server")
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise
    finally:
        for listener in sockets:
            listener.close()


def _config(app: ASGIApp, tls: SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http=HttpConnection,
        ws=Connection,
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING,
        ws_ping_timeout=PING,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=1,
        backlog=AT_A_TIME,
        timeout_graceful_shutdown=GRACE,
        ssl_context_factory=(lambda *_: tls) if tls else None,
    )


def _listening(family: int, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def _reason(host: str, port: int, error: OSError) -> str:
    import errno

    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is in use; choose another with --port, or 0 for any that is free."
        case errno.EACCES:
            return f"Port {port} may not be used by this user; choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"This machine has no address {host}; use 127.0.0.1, or 0.0.0.0 for all of them."
        case _:
            return f"Port {port} on {host} cannot be listened on: {error.strerror or error}."
