"""What it costs the service to send one message to one client, beside `websockets.broadcast`.

    python -m tests.bench.bench_fanout [--clients 100] [--messages 500] [--rate 200] [--streams 1]

The clients live in a process of their own and read everything; what is counted is the CPU time of the
process that sends, divided by messages and by clients. Windows are aligned, so the summaries of several
`--streams` are made in one breath; `--rate` is of such breaths a second.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING, cast

from websockets.asyncio.server import broadcast
from websockets.asyncio.server import serve as serve_websockets

from tests.web_service import Site, site, summary
from web.feed import Notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event

    from websockets.asyncio.server import ServerConnection

    from aggregation.summary import Summary

_SUBSCRIBE = b'{"type":"subscribe","messages":["summary"]}'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second")
    parser.add_argument("--streams", type=int, default=1)
    options = parser.parse_args()
    rows = [
        ("encode a summary, once for all clients", _encode_cost(options.messages)),
        ("this service, per client", asyncio.run(_service(options))),
        ("websockets.broadcast, per client", asyncio.run(_broadcast(options))),
    ]
    for name, microseconds in rows:
        sys.stdout.write(f"{name:42} {microseconds:7.1f} us a message\n")


def _encode_cost(messages: int) -> float:
    start = time.process_time()
    for sequence in range(messages):
        _ = Notice(summary(sequence)).message
    return (time.process_time() - start) / messages * 1e6


async def _service(options: argparse.Namespace) -> float:
    running = site()
    async with running.run():
        with _Readers(running.port, options.clients) as taken:
            while running.hub.receivers < options.clients:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)  # the subscriptions arrive
            cost = await _measure(options, _publisher(running), taken)
    return cost


def _publisher(running: Site) -> Callable[[Summary], Awaitable[None]]:
    async def publish(message: Summary) -> None:
        running.hub.publish(message)

    return publish


async def _broadcast(options: argparse.Namespace) -> float:
    connections: set[ServerConnection] = set()

    async def handle(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()

    async def publish(message: Summary) -> None:
        broadcast(connections, Notice(message).message)

    async with serve_websockets(handle, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with _Readers(port, options.clients) as taken:
            while len(connections) < options.clients:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            cost = await _measure(options, publish, taken)
    return cost


async def _measure(
    options: argparse.Namespace, publish: Callable[[Summary], Awaitable[None]], taken: Synchronized[int]
) -> float:
    before, start = taken.value, time.process_time()
    for number in range(options.messages):
        await publish(summary(1 + number // options.streams, f"stream-{number % options.streams:03}"))
        if (number + 1) % options.streams == 0:
            await asyncio.sleep(1 / options.rate)
    spent = time.process_time() - start
    await asyncio.sleep(1)
    expected = len(Notice(summary(1, "stream-000")).message) * options.messages * options.clients
    if taken.value - before < expected:
        raise SystemExit(f"Of {expected} bytes {taken.value - before} arrived: choose a lower --rate.")
    return float(spent / options.messages / options.clients * 1e6)


class _Readers:
    """A process full of clients that subscribe and read."""

    def __init__(self, port: int, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self.taken: Synchronized[int] = context.Value("q", 0)
        self._process = context.Process(
            target=_read_all, args=(port, count, self._stop, self.taken), daemon=True
        )

    def __enter__(self) -> Synchronized[int]:
        self._process.start()
        return self.taken

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._process.join(5)
        self._process.kill()


def _read_all(port: int, count: int, stop: Event, taken: Synchronized[int]) -> None:
    selector = selectors.DefaultSelector()
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536)
        connection.sendall(bytes([0x81, 0x80 | len(_SUBSCRIBE), 0, 0, 0, 0]) + _SUBSCRIBE)
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
    while not stop.is_set():
        for key, _ in selector.select(timeout=0.2):
            data = cast("socket.socket", key.fileobj).recv(65536)
            taken.value += len(data)
            if not data:
                selector.unregister(key.fileobj)


if __name__ == "__main__":
    main()
