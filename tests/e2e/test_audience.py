"""A hundred listeners, five of which never read: the others miss nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.live import SUBPROTOCOL
from tests.e2e.service import PERSON, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.service import Service

pytestmark = pytest.mark.timeout(90)

READERS, DEAF = 95, 5
SECONDS = 12
SETTINGS = {
    "windows": [
        {"name": "short", "length": 1, "interval": 0.1},
        {"name": "2s", "length": 2, "interval": 0.1},
    ],
    "streams": [{"id": "people", "url": PERSON}],
}
SUBSCRIPTION = {"type": "subscribe", "streams": "*", "messages": ["summary", "reading"], "windows": "*"}


async def joined(service: Service, stack: AsyncExitStack, deaf: bool) -> ClientConnection:
    """A subscribed listener; a deaf one has room for next to nothing and never reads."""
    sock = socket.create_connection(("127.0.0.1", service.port))
    if deaf:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    protocols: list[Any] = [SUBPROTOCOL]
    joining = connect(service.live_address, sock=sock, subprotocols=protocols, max_queue=1 if deaf else 1024)
    connection = await stack.enter_async_context(joining)
    await connection.send(json.dumps(SUBSCRIPTION))
    return connection


async def heard(connection: ClientConnection) -> dict[str, list[int]]:
    """The sequences of each window that came in `SECONDS`."""
    sequences: dict[str, list[int]] = {}
    try:
        async with asyncio.timeout(SECONDS):
            async for text in connection:
                message = json.loads(text)
                assert message["type"] != "gap"
                if message["type"] == "summary":
                    sequences.setdefault(message["window"], []).append(message["sequence"])
    except TimeoutError:
        pass
    return sequences


async def test_a_hundred_listeners_of_which_five_never_read(tmp_path: Path) -> None:
    with serving(tmp_path, SETTINGS) as service:
        service.wait_for_state("people", "running", 10)
        async with AsyncExitStack() as stack:
            for _ in range(DEAF):
                await joined(service, stack, deaf=True)
            readers = [await joined(service, stack, deaf=False) for _ in range(READERS)]
            everybody = await asyncio.gather(*(heard(connection) for connection in readers))
        assert service.http.get("/healthz").status_code == 200
    for sequences in everybody:
        assert sequences.keys() == {"short", "2s"}
        for numbers in sequences.values():
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert len(numbers) >= 0.8 * SECONDS / 0.1
