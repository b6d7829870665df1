"""Real peers for sources: small servers on loopback that speak, fall silent or say the wrong thing."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2

from tests.videos import picture

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Speak = Callable[[StreamReader, StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(speak: Speak, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port on loopback where `speak` answers each connection until it returns."""
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            await speak(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await asyncio.sleep(0.01)  # a connection that is just being accepted would be lost track of
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the loop's next turns


async def silence(reader: StreamReader, writer: StreamWriter) -> None:
    """Takes what comes and never answers."""
    del writer
    while await reader.read(1024):
        pass


async def hang_up(reader: StreamReader, writer: StreamWriter) -> None:
    """Closes as soon as something was said."""
    del writer
    await reader.read(1)


def saying(answer: bytes) -> Speak:
    """Answers every request with the same words; `{cseq}` becomes the number of an RTSP request."""

    async def speak(reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            number = re.search(rb"(?i)cseq: *(\d+)", request)
            writer.write(answer.replace(b"{cseq}", number.group(1) if number else b"0"))
            await writer.drain()

    return speak


@dataclass
class Camera:
    """An MJPEG camera over HTTP: numbered pictures at `fps` while `flowing`, for all or with a login."""

    fps: float = 25.0
    size: tuple[int, int] = (160, 120)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    hanging_up: bool = False
    login: bytes | None = None

    def __post_init__(self) -> None:
        self.flowing.set()

    async def __call__(self, reader: StreamReader, writer: StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if self.login and b"Authorization: Basic " + b64encode(self.login) not in request:
            writer.write(b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="camera"\r\n')
            writer.write(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n")
        number = 0
        while not self.hanging_up:
            await self.flowing.wait()
            jpeg = cv2.imencode(".jpg", picture(number, *self.size))[1].tobytes()
            writer.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
            writer.write(jpeg + b"\r\n")
            await writer.drain()
            number += 1
            await asyncio.sleep(1 / self.fps)


def folder(root: Path) -> Speak:
    """Serves the files of a folder over HTTP."""

    async def speak(reader: StreamReader, writer: StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = root / request.split()[1].lstrip("/").partition("?")[0]
        body = path.read_bytes() if path.is_file() else b""
        status = "200 OK" if path.is_file() else "404 Not Found"
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(body)
        await writer.drain()

    return speak


def self_signed(at: Path) -> ssl.SSLContext:
    """A TLS server's context with a certificate nobody has vouched for, as cameras have."""
    key, certificate = at / "key.pem", at / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=camera", "-days", "2", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
