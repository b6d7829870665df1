"""The server's sockets and its end."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.certificates import certificate
from web.server import AT_A_TIME, ListenError, address, bind, serve_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Receive, Scope, Send


async def hello(scope: Scope, _: Receive, send: Send) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(60)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    taken = bind("127.0.0.1", 0)
    port = address(taken)[1]
    try:
        with pytest.raises(ListenError, match=f"Port {port} on 127.0.0.1 is in use; choose another"):
            bind("127.0.0.1", port)
    finally:
        for opened in taken:
            opened.close()


def test_an_address_that_is_not_this_machines_is_said_in_a_sentence() -> None:
    with pytest.raises(ListenError, match=r"This machine has no address 192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_a_host_that_does_not_exist_is_said_in_a_sentence() -> None:
    with pytest.raises(ListenError, match=r"'no-such-host\.invalid' cannot be listened on"):
        bind("no-such-host.invalid", 0)


def test_all_addresses_of_a_name_listen_on_one_port() -> None:
    opened = bind("localhost", 0)
    ports = {listener.getsockname()[1] for listener in opened}
    for listener in opened:
        listener.close()
    assert len(ports) == 1


@pytest.fixture
def crowd() -> Iterator[list[socket.socket]]:
    """The sockets of a service, with many before its door."""
    opened = bind("127.0.0.1", 0)
    waiting = [socket.create_connection(address(opened)) for _ in range(5 * AT_A_TIME)]
    yield opened
    for each in waiting:
        each.close()


async def test_a_crowd_is_let_in_a_few_at_a_time_and_may_wait(crowd: list[socket.socket]) -> None:
    running = asyncio.create_task(serve_on(hello, crowd))
    let_in = [0]
    async with asyncio.timeout(10):
        while sum(let_in) < 5 * AT_A_TIME:
            before = asyncio.all_tasks()
            await asyncio.sleep(0)
            let_in.append(len([task for task in asyncio.all_tasks() - before if "accept" in repr(task)]))
    assert max(let_in) == AT_A_TIME
    state = crowd[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
    most_that_may_wait = struct.unpack_from("I", state, 28)[0]  # of a socket that listens, tcpi_sacked
    assert most_that_may_wait > 5 * AT_A_TIME
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_real_port_is_told_and_cancelling_ends_it() -> None:
    opened = bind("127.0.0.1", 0)
    host, port = address(opened)
    running = asyncio.create_task(serve_on(hello, opened))
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://{host}:{port}/")).text == "hello"
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://{host}:{port}/")
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((host, port))


async def test_a_request_that_does_not_end_holds_the_end_up_only_for_seconds() -> None:
    opened = bind("127.0.0.1", 0)
    running = asyncio.create_task(serve_on(hello, opened))
    port = address(opened)[1]
    async with httpx.AsyncClient(trust_env=False) as client:
        slow = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/slow", timeout=15))
        await asyncio.sleep(0.3)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(running, 8)
        with pytest.raises(httpx.HTTPError):
            (await slow).raise_for_status()


async def test_https_is_served_and_a_client_that_sleeps_does_not_hold_its_end_up(tmp_path: Path) -> None:
    signed, key = certificate(tmp_path, "localhost")
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(signed, key)
    opened = bind("127.0.0.1", 0)
    running = asyncio.create_task(serve_on(hello, opened, shown))
    port, done = address(opened)[1], threading.Event()
    greeted = asyncio.create_task(asyncio.to_thread(_greet_and_sleep, port, signed, done))
    await asyncio.to_thread(done.wait, 5)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(running, 2)  # the grace is 3
    assert b"hello" in await greeted


def _greet_and_sleep(port: int, trusted: Path, done: threading.Event) -> bytes:
    context = ssl.create_default_context(cafile=trusted)
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b"hello" not in answer:
            answer += secure.recv(4096)
        done.set()
        threading.Event().wait(2.5)  # neither reads nor agrees to the end
        return answer
