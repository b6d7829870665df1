"""The server's end of a WebSocket: uvicorn's, made to give up a peer that does not read."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from asyncio.transports import BaseTransport

    from starlette.websockets import WebSocket
    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Request

    from web.sending import Outlet, Sending

UNSENT = 16_384
"""Bytes the kernel may hold unsent for one client: what waits there can no longer be replaced by newer."""

FAREWELL = 2.0
"""Seconds a peer has to take the close frame before its socket is dropped."""


_OUTLET = "semblance.outlet"


class Connection(WebSocketsSansIOProtocol):
    """A peer that stopped reading keeps a graceful close waiting for ever; here it is cut off instead.

    It is an `Outlet` too: frames made once for all clients are written as they are, past ASGI, whose `send`
    makes a frame of its own for each client and takes a task that wakes.
    """

    _sending: Sending | None = None
    _is_paused = False

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # it has a scope, and its task begins later
            self.scope["extensions"][_OUTLET] = {"connection": self}

    @property
    def is_free(self) -> bool:
        return not (self._is_paused or self.close_sent or self.transport.is_closing())

    def write(self, frames: bytes) -> None:
        self.transport.write(frames)

    def tell(self, sending: Sending | None) -> None:
        self._sending = sending

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_paused = True
        if self._sending is not None:
            self._sending.blocked()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_paused = False
        if self._sending is not None:
            self._sending.freed()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.close_timeout = FAREWELL
        transport.set_write_buffer_limits(0)  # type: ignore[attr-defined]  # uvicorn's is a Transport too
        connection = transport.get_extra_info("socket")
        if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close":
            self.writable.set()  # a close must not queue up behind what the peer does not read
        await self._until_writable()
        await super().send(message)
        if message["type"] == "websocket.accept":
            del self.request, self.response  # of no use any more, and 2 kB for each client

    async def _until_writable(self) -> None:
        await self.writable.wait()
        if self.close_sent:  # perhaps while this waited
            raise ClientDisconnected

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self._abandon_soon()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        self._abandon_soon()

    def _abandon_soon(self) -> None:
        """Aborting a transport that is closed already does nothing."""
        self.loop.call_later(FAREWELL, self.transport.abort)


def outlet(websocket: WebSocket) -> Outlet:
    """The connection under a WebSocket that `web.server` accepted."""
    return cast("Connection", websocket.scope["extensions"][_OUTLET]["connection"])
