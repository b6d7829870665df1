"""A receiver of webhooks: verifies their signatures, behaves as each path says, and remembers what came.

    python -m tests.webhook_receiver [--host HOST]

| path | what becomes of a webhook there |
| --- | --- |
| /ok, /slow/SECONDS | 200, at once or later |
| /status/CODE | this status |
| /fails/TIMES | 500 so many times, then 200 |
| /limited/SECONDS | 429 with this Retry-After once, then 200 |
| /redirect, /lost | 302 to /stolen; 302 to what is no address |
| /hang, /drip, /drips | no answer; a head, or a body, that never ends |
| /floods, /garbage, /closes | megabytes; what is not HTTP; nothing, and the connection is closed |

More may follow such a path, after another slash. `GET /received?from=N` gives what came, from number N on.
As a process its first line is its port.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from standardwebhooks import Webhook, WebhookVerificationError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Sequence

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The receiver's usual one: the example of Standard Webhooks."""

A_MEGABYTE = 1 << 20
TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook; `signed_by` are the numbers of the receiver's secrets that its signature is right for.

    `id` and `timestamp` are its headers, `at` is when it came (UTC seconds), `connection` the number of the
    connection that it came over.
    """

    path: str
    id: str
    timestamp: int
    at: float
    connection: int
    signed_by: tuple[int, ...]
    headers: dict[str, str]
    body: str

    @property
    def event(self) -> dict[str, Any]:
        """The event's own data."""
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


@dataclass
class Receiver:
    """Served on one event loop with the tests, or as a process of its own."""

    secrets: Sequence[str] = (SECRET,)
    received: list[Received] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _times: Counter[str] = field(default_factory=Counter)
    _connections: int = 0

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
        """Until the block ends; connections that are open then are broken off."""
        open_ones: set[asyncio.Task[None]] = set()

        async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            open_ones.add(task)
            task.add_done_callback(open_ones.discard)
            await self._attend(reader, writer)

        listener = await asyncio.start_server(attend, self.host, self.port, ssl=tls)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listener.close()
            for task in open_ones:
                task.cancel()
            await asyncio.gather(*open_ones, return_exceptions=True)

    def url(self, path: str, host: str | None = None, scheme: str = "http") -> str:
        return f"{scheme}://{host or self.host}:{self.port}{path}"

    def came_to(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path == path]

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        try:
            while await self._answer(reader, writer, number):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # clients that hang up are part of the tests; the end of the block is the end of all
        finally:
            writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> bool:
        """Whether the connection may be used again."""
        begin = await reader.readexactly(1)
        if begin == TLS_HANDSHAKE:
            return False
        head = begin + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
        if method != "POST":
            writer.write(_response(200, self._listed(path)))
            return True
        self.received.append(self._read(path, headers, body, connection))
        self.reached.set()
        return await self._behave(path, writer)

    def _read(self, path: str, headers: dict[str, str], body: str, connection: int) -> Received:
        right = []
        for number, secret in enumerate(self.secrets):
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            right.append(number)
        return Received(
            path,
            headers.get("webhook-id", ""),
            int(headers.get("webhook-timestamp", "0")),
            time.time(),
            connection,
            tuple(right),
            headers,
            body,
        )

    def _listed(self, path: str) -> str:
        start = int(parse_qs(urlsplit(path).query).get("from", ["0"])[0])
        return json.dumps([asdict(each) for each in self.received[start:]])

    async def _behave(self, path: str, writer: asyncio.StreamWriter) -> bool:
        self._times[path] += 1
        _, manner, number, *_ = f"{path}//".split("/")
        match manner:
            case "hang":
                await asyncio.Event().wait()
            case "drip" | "drips":
                await _drip(
                    writer, b"HTTP/1.1 200 OK\r\n" + b"content-length: 9999\r\n\r\n" * (manner == "drips")
                )
            case "floods":
                writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {64 * A_MEGABYTE}\r\n\r\n".encode())
                for _ in range(64):
                    writer.write(b"x" * A_MEGABYTE)
                    await writer.drain()
            case "garbage":
                writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
            case "closes":
                pass
            case _:
                writer.write(await self._response(path, manner, number))
                await writer.drain()
                return True
        return False

    async def _response(self, path: str, manner: str, number: str) -> bytes:
        match manner:
            case "slow":
                await asyncio.sleep(float(number))
            case "status":
                return _response(int(number), "as you asked")
            case "fails" if self._times[path] <= int(number):
                return _response(500, "not yet")
            case "limited" if self._times[path] == 1:
                return _response(429, "slower", f"retry-after: {number}")
            case "redirect":
                return _response(302, "", f"location: {self.url('/stolen')}", "set-cookie: a=b")
            case "lost":
                return _response(302, "", "location: http://[")
        return _response(200, "thank you")


def _response(status: int, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} as the path says", *headers]
    if status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        body = ""
    else:
        lines.append(f"content-length: {len(body.encode())}")
    return "\r\n".join([*lines, "", body]).encode()


async def _drip(writer: asyncio.StreamWriter, begin: bytes) -> None:
    """The beginning, and then a byte now and then for ever."""
    writer.write(begin)
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _serve(host: str) -> None:
    async with Receiver(host=host).serving() as receiver:
        sys.stdout.write(f"{receiver.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    asyncio.run(_serve(parser.parse_args().host))
