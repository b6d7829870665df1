"""The bodies of requests on real connections: too long, too slow, broken off, and never read."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from starlette.exceptions import HTTPException

from tests.emotion_site import RECOGNIZE, EmotionSite, picture
from tests.virtual_clock import run_virtual
from tests.web_service import TOKEN
from web import incoming
from web.server import address, bind, serve_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Message

LONG = 8 * 2**20
"""Bytes: more than the sockets of both sides hold."""


class Line:
    """A connection, written to and read from as a careless client does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def begin(self, *headers: str, key: str = TOKEN, method: str = "POST") -> None:
        """The head of a picture's request."""
        lines = [
            f"{method} {RECOGNIZE} HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/octet-stream",
            f"Ocp-Apim-Subscription-Key: {key}",
            *headers,
        ]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next one."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await self.reader.readexactly(int(length.split(b":")[1]))
        return int(head.split()[1]), body

    async def ended(self) -> bool:
        """Whether the server closes the connection, soon, with nothing more to say."""
        with suppress(ConnectionError):
            async with asyncio.timeout(5):
                return await self.reader.read(1) == b""
        return True


class Server:
    def __init__(self, port: int, task: asyncio.Task[None]) -> None:
        self._port = port
        self._task = task

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture
async def server(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Server]:
    """It must have nothing to say of what clients do to it."""
    sockets = bind("127.0.0.1", 0)
    port = address(sockets)[1]
    task = asyncio.create_task(serve_on(EmotionSite(tokens=(TOKEN,)).app, sockets))
    running = Server(port, task)
    yield running
    await running.stop()
    said = [*caplog.get_records("call"), *caplog.get_records("teardown")]
    told = {record.getMessage() for record in said if record.levelno >= logging.WARNING}
    assert not {each for each in told if not each.startswith(("Invalid HTTP request", "Cancel "))}


@pytest.mark.parametrize("chunked", [False, True])
async def test_who_sends_all_of_a_body_that_is_too_long_reads_why(server: Server, chunked: bool) -> None:
    async with server.line() as line:
        if chunked:
            await line.begin("Transfer-Encoding: chunked")
            for _ in range(8):
                await line.send(b"100000\r\n" + bytes(2**20) + b"\r\n")
            await line.send(b"0\r\n\r\n")
        else:
            await line.begin(f"Content-Length: {LONG}")
            await line.send(bytes(LONG))
        status, body = await line.answer()
        assert (status, b"InvalidImageSize" in body) == (400, True)
        assert await line.ended()


async def test_the_answer_is_there_before_the_body_is(server: Server) -> None:
    async with server.line() as line:
        await line.begin(f"Content-Length: {LONG}")
        await line.send(bytes(1000))
        assert (await line.answer())[0] == 400
        await line.send(bytes(LONG - 1000))
        assert await line.ended()


async def test_who_asks_before_sending_is_not_asked_to_send_what_would_be_refused(server: Server) -> None:
    async with server.line() as line:
        await line.begin(f"Content-Length: {LONG}", "Expect: 100-continue")
        assert (await line.answer())[0] == 400
        assert await line.ended()
    async with server.line() as line:
        await line.begin(f"Content-Length: {len(picture())}", "Expect: 100-continue")
        assert (await line.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        await line.send(picture())
        assert (await line.answer())[0] == 200


async def test_a_body_that_was_refused_unread_leaves_the_connection_usable(server: Server) -> None:
    async with server.line() as line:
        for key, status in (("wrong", 401), (TOKEN, 200), ("wrong", 401)):
            await line.begin(f"Content-Length: {len(picture())}", key=key)
            await line.send(picture())
            assert (await line.answer())[0] == status


async def test_who_breaks_off_disturbs_nobody(server: Server) -> None:
    for sent in (0, 10, 100_000):
        async with server.line() as line:
            await line.begin("Content-Length: 1000000")
            await line.send(bytes(sent))
    async with server.line() as line:
        await line.begin("Transfer-Encoding: chunked")
        await line.send(b"100000\r\n" + bytes(10))
    async with server.line() as line:
        await line.begin(f"Content-Length: {len(picture())}")
        await line.send(picture())
        assert (await line.answer())[0] == 200


async def test_a_stop_waits_for_nobody_s_body(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.server.GRACE", 1)
    async with server.line() as refused, server.line() as taken:
        for line, key in ((refused, "wrong"), (taken, TOKEN)):
            await line.begin("Content-Length: 1000", key=key)
            await line.send(bytes(10))
        assert (await refused.answer())[0] == 401
        await server.stop()
        assert await refused.ended()
        assert (await taken.answer())[0] == 503
        assert await taken.ended()


async def test_what_turns_out_to_be_no_body_after_its_answer_ends_the_connection(server: Server) -> None:
    async with server.line() as line:
        await line.begin("Transfer-Encoding: chunked", key="wrong")
        await line.send(b"1\r\nx\r\n")
        assert (await line.answer())[0] == 401
        await line.send(b"no chunk\r\n")
        assert await line.ended()
    async with server.line() as line:
        await line.begin("Transfer-Encoding: chunked", "", "no chunk", method="HEAD")
        assert b" 400 " in await line.reader.readuntil(b"\r\n\r\n")
        assert await line.ended()


async def test_a_body_that_stops_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "STALLED", 0.1)
    monkeypatch.setattr(incoming, "DRAINED_WITHIN", 0.1)
    async with server.line() as line:
        await line.begin("Content-Length: 1000")
        await line.send(bytes(10))
        status, body = await line.answer()
        assert (status, b"RequestTimeout" in body) == (408, True)
        assert await line.ended()


async def test_a_body_that_drips_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "STALLED", 0.2)
    monkeypatch.setattr(incoming, "DRAINED_WITHIN", 0.1)
    async with server.line() as line:
        await line.begin("Content-Length: 1000")

        async def drip() -> None:
            with suppress(ConnectionError):
                while True:
                    await line.send(b"x")
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await line.answer())[0] == 408
        assert await line.ended()
        dripping.cancel()
        with suppress(asyncio.CancelledError):
            await dripping


def test_a_body_has_a_time_in_which_it_must_be_whole() -> None:
    async def steady() -> Message:
        await asyncio.sleep(1)
        return {"type": "http.request", "body": bytes(10_000), "more_body": True}

    async def main() -> float:
        limit = incoming.BodyLimit(10**9, seconds=600)
        body = incoming.Incoming({"type": "http", "headers": [(b"content-length", b"9")]}, steady, limit)
        with pytest.raises(HTTPException, match="408"):  # noqa: PT012 - until it raises
            while True:
                await body.receive()
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == pytest.approx(600, abs=1)


async def test_what_a_client_goes_on_sending_is_not_taken_for_ever(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "DRAINED", 2**20)
    async with server.line() as line:
        await line.begin("Content-Length: 1000000000000")
        assert (await line.answer())[0] == 400
        sent = 0
        with suppress(ConnectionError):
            while sent < 1000:
                await line.send(bytes(2**20))
                sent += 1
        assert sent < 100
