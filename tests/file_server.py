"""A server of files that sends for each path the very bytes it is told to, and may hang or go on for ever."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Mapping

TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, slots=True)
class Says:
    """`first` at once; then `ever`, again and again, so many seconds apart; `hangs` before it closes."""

    first: bytes = b""
    ever: bytes = b""
    apart: float = 0.0
    hangs: bool = False


def found(body: bytes, *headers: str) -> Says:
    """A whole answer."""
    return head("200 OK", f"Content-Length: {len(body)}", *headers, body=body)


def head(status: str, *headers: str, body: bytes = b"", ever: bytes = b"", apart: float = 0.0) -> Says:
    lines = "\r\n".join((f"HTTP/1.1 {status}", *headers))
    return Says(lines.encode() + b"\r\n\r\n" + body, ever, apart)


@dataclass
class FileServer:
    """`asked` are the heads of the requests that came, `{here}` in what is said stands for where it runs."""

    paths: Mapping[str, Says]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[FileServer]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.readexactly(1)
            if first == TLS_HANDSHAKE:
                return
            asked = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(asked)
            says = self.paths[asked.split(" ")[1]]
            writer.write(says.first.replace(b"{here}", self.url("").encode()))
            while says.ever:
                await writer.drain()
                await asyncio.sleep(says.apart)
                writer.write(says.ever)
            if says.hangs:
                await reader.read()
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asked has gone
        finally:
            writer.close()
