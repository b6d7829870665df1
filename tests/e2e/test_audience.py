"""A hundred listeners, five of which never read: the others miss nothing."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.live import SUBPROTOCOL
from tests.e2e.service import PERSON, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.service import Service

pytestmark = [pytest.mark.timeout(90), pytest.mark.alone]

READERS, DEAF = 95, 5
SECONDS, STREAMS, INTERVAL = 15, 3, 0.25
WINDOWS = {"1s": 1, "2s": 2}
SETTINGS = {
    "windows": [{"name": name, "length": length, "interval": INTERVAL} for name, length in WINDOWS.items()],
    "streams": [{"id": f"people-{number}", "url": f"{PERSON}&seed={number}"} for number in range(STREAMS)],
}


async def joined(service: Service, stack: AsyncExitStack, deaf: bool) -> ClientConnection:
    """A listener to summaries; a deaf one asks for readings too, has little room for them and never reads."""
    sock = socket.socket()
    if deaf:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    sock.connect(("127.0.0.1", service.port))
    protocols: list[Any] = [SUBPROTOCOL]
    joining = connect(
        service.live_address,
        sock=sock,
        subprotocols=protocols,
        max_queue=1 if deaf else 1024,
        close_timeout=0.2 if deaf else 5,
    )
    connection = await stack.enter_async_context(joining)
    kinds = ["summary", "reading"] if deaf else ["summary"]
    await connection.send(
        json.dumps({"type": "subscribe", "streams": "*", "messages": kinds, "windows": "*"})
    )
    return connection


async def heard(connection: ClientConnection) -> dict[str, list[int]]:
    """The sequences of each stream's summaries that came in `SECONDS`."""
    sequences: dict[str, list[int]] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            async for text in connection:
                message = json.loads(text)
                assert message["type"] in ("session", "summary"), message
                if message["type"] == "summary":
                    sequences.setdefault(message["stream"], []).append(message["sequence"])
    return sequences


def readings_dropped(service: Service) -> float:
    """How many readings were not sent because a newer one took their place."""
    found = re.search(r'messages_dropped_total\{type="reading"\} (\S+)', service.http.get("/metrics").text)
    return float(found.group(1)) if found else 0.0


async def test_a_hundred_listeners_of_which_five_never_read(tmp_path: Path) -> None:
    with serving(tmp_path, SETTINGS) as service:
        for number in range(STREAMS):
            service.wait_for_state(f"people-{number}", "running", 10)
        async with AsyncExitStack() as stack:
            for _ in range(DEAF):
                await joined(service, stack, deaf=True)
            readers = [await joined(service, stack, deaf=False) for _ in range(READERS)]
            everybody = await asyncio.gather(*(heard(connection) for connection in readers))
            assert readings_dropped(service) > 0, "the deaf were not deaf enough to show anything"
    for sequences in everybody:
        assert len(sequences) == STREAMS
        for numbers in sequences.values():
            assert sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers)))
            assert len(numbers) >= 0.8 * SECONDS / INTERVAL * len(WINDOWS)
