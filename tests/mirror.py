"""An HTTP server on this machine that gives files well or badly, and remembers what it was asked for."""

from __future__ import annotations

import re
import select
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    import pytest

Answer: TypeAlias = "Callable[[Request], None]"

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""The environment's variables that name proxies; each counts in lower case too."""


def without_proxies(patch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        patch.delenv(name, raising=False)
        patch.delenv(name.lower(), raising=False)


class Mirror(ThreadingHTTPServer):
    """Answers at `address` as `answers` says for each path; 404 where it says nothing.

    As a proxy it takes the whole address for the path, and lets TLS through where it `tunnels`.
    """

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.address = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.server_port}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None]] = []
        """Path and `Range` of each request."""
        self.tunnels = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


class Request(BaseHTTPRequestHandler):
    """A request, and the ways to answer it."""

    def do_GET(self) -> None:
        mirror = cast("Mirror", self.server)
        mirror.asked.append((self.path, self.headers.get("Range")))
        mirror.answers.get(self.path, status(404))(self)

    def do_CONNECT(self) -> None:
        mirror = cast("Mirror", self.server)
        mirror.asked.append((self.path, None))
        if not mirror.tunnels:
            self.send_error(403)
            return
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as beyond:
            self.head(200)
            ends = {self.connection: beyond, beyond: self.connection}
            while True:
                for end in select.select(list(ends), [], [], 10)[0]:
                    content = end.recv(1 << 16)
                    if not content:
                        return
                    ends[end].sendall(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


def file(content: bytes) -> Answer:
    """The file, or the rest of it that is asked for."""

    def answer(request: Request) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        start = int(wanted[1]) if wanted else 0
        if start and start >= len(content):
            request.head(416, Content_Length=0, Content_Range=f"bytes */{len(content)}")
            return
        length = len(content) - start
        told = f"bytes {start}-{len(content) - 1}/{len(content)}"
        if wanted:
            request.head(206, Content_Length=length, Content_Range=told)
        else:
            request.head(200, Content_Length=length)
        request.wfile.write(content[start:])

    return answer


def from_the_start(content: bytes) -> Answer:
    """The file, whatever part of it is asked for."""

    def answer(request: Request) -> None:
        request.head(200, Content_Length=len(content))
        request.wfile.write(content)

    return answer


def without_length(content: bytes) -> Answer:
    """The content until the connection ends, without saying how much it is."""

    def answer(request: Request) -> None:
        request.head(200)
        request.wfile.write(content)

    return answer


def cut(content: bytes, at: int) -> Answer:
    """The promise of the content, but only so many bytes of it."""

    def answer(request: Request) -> None:
        request.head(200, Content_Length=len(content))
        request.wfile.write(content[:at])

    return answer


def stuck(content: bytes, at: int, until: threading.Event) -> Answer:
    """So many bytes of the content, then nothing until the event."""

    def answer(request: Request) -> None:
        request.head(200, Content_Length=len(content))
        request.wfile.write(content[:at])
        request.wfile.flush()
        until.wait(30)

    return answer


def redirect(address: str) -> Answer:
    return lambda request: request.head(302, Location=address, Content_Length=0)


def status(code: int) -> Answer:
    return lambda request: request.head(code, Content_Length=0)


@contextmanager
def mirror(tls: ssl.SSLContext | None = None) -> Iterator[Mirror]:
    """A server for as long as the context lasts."""
    server = Mirror(tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
