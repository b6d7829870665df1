"""Thousands of WebSocket clients in a process of their own, which read everything and say how much."""

from __future__ import annotations

import multiprocessing
import resource
import selectors
import socket
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event

_SUBSCRIBE = b'{"type":"subscribe","messages":["summary"]}'
_PING = b"\x89\x04"
"""Begins a ping; both servers send four bytes with it, and close a connection that does not answer."""

_HANDSHAKE = (
    "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Clients:
    """So many clients of one port; `taken` counts the bytes of messages that all of them have read."""

    def __init__(self, port: int, count: int, *, deaf: bool = False) -> None:
        """Those that are `deaf` subscribe and never read."""
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._taken: Synchronized[int] = context.Value("q", 0)
        self._process = context.Process(
            target=_be, args=(port, count, deaf, self._stop, self._taken), daemon=True
        )

    @property
    def taken(self) -> int:
        return self._taken.value

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._process.join(5)
        self._process.kill()


def allow_files() -> None:
    """Each client is an open file at either end."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _be(port: int, count: int, deaf: bool, stop: Event, taken: Synchronized[int]) -> None:
    allow_files()
    selector = selectors.DefaultSelector()
    kept = []
    for number in range(count):
        connection = _connected(port, deaf=deaf)
        kept.append(connection)
        if not deaf:
            selector.register(connection, selectors.EVENT_READ)
        if number % 50 == 0:
            taken.value += _read(selector, 0)  # pings are to be answered meanwhile
    while not stop.is_set():
        taken.value += _read(selector, 0.2)


def _connected(port: int, *, deaf: bool) -> socket.socket:
    connection = socket.socket()
    if deaf:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(_HANDSHAKE.format(port=port).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    connection.sendall(bytes([0x81, 0x80 | len(_SUBSCRIBE), 0, 0, 0, 0]) + _SUBSCRIBE)
    connection.setblocking(False)
    return connection


def _read(selector: selectors.BaseSelector, timeout: float) -> int:
    """Bytes of messages that have come to any of the clients."""
    count = 0
    for key, _ in selector.select(timeout):
        connection = cast("socket.socket", key.fileobj)
        data = connection.recv(65536)
        if not data:
            raise SystemExit("The server closed a connection.")
        count += len(data)
        if (ping := data.find(_PING)) >= 0:  # no JSON holds these bytes
            payload = data[ping + 2 : ping + 6]
            connection.send(b"\x8a\x84\0\0\0\0" + payload)
            count -= len(_PING) + len(payload)
    return count
