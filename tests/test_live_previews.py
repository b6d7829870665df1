"""Previews over the live WebSocket, over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import websockets

from inference.options import PreviewOptions
from tests.test_live import metrics
from tests.web_service import Client, Site, preview, reading, site, summary, view
from web.live import SUBPROTOCOL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def lobby() -> AsyncIterator[Site]:
    async with site("lobby", "door").run() as running:
        yield running


async def subscribed(client: Client, **wanted: Any) -> None:
    """Greet and subscribe; returns once the subscription holds."""
    assert (await client.hear())["type"] == "session"
    await client.say(type="subscribe", **{"messages": ["preview"], **wanted})
    await client.say(type="unknown")
    assert (await client.hear())["code"] == "unknownType"


async def test_a_preview_is_one_binary_message_of_a_header_and_a_picture(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client)
        lobby.hub.publish(preview(7))
        header, jpeg = await client.see()
    assert header == {
        "type": "preview",
        "stream": "lobby",
        "sequence": 7,
        "capturedAt": "2026-09-21T14:15:00.700Z",
        "width": 1280,
        "height": 720,
        "mode": "full",
    }
    assert jpeg == preview(7).jpeg


async def test_the_reading_of_the_same_frame_comes_before_its_picture(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client, messages=["reading", "preview"])
        lobby.hub.publish(reading(7))
        lobby.hub.publish(preview(7))
        assert (await client.hear())["sequence"] == 7
        assert (await client.see())[0]["sequence"] == 7


async def test_previews_are_wanted_only_while_somebody_is_subscribed_to_them(lobby: Site) -> None:
    def wanted() -> list[float]:
        return [lobby.hub.previews_wanted(stream) for stream in ("lobby", "door")]

    async with lobby.connect() as client:
        await subscribed(client, messages=["summary", "reading"])
        assert wanted() == [0.0, 0.0]
        async with lobby.connect() as other:
            await subscribed(other, streams=["lobby"], previewFps=2.5)
            assert wanted() == [2.5, 0.0]
            await client.say(type="subscribe", messages=["preview"])
            await client.say(type="unknown")
            await client.hear()
            assert wanted() == [10.0, 10.0]  # what the service makes
            await client.say(type="unsubscribe", messages=["preview"])
            await client.say(type="unknown")
            await client.hear()
            assert wanted() == [2.5, 0.0]
        await lobby.attached(1)
        assert wanted() == [0.0, 0.0]


async def test_nobody_can_ask_for_more_than_the_service_makes() -> None:
    async with site(preview=PreviewOptions(fps=4.0)).run() as running, running.connect() as client:
        await subscribed(client, previewFps=50)
        assert running.hub.previews_wanted("lobby") == 4.0


async def test_each_client_gets_as_many_as_it_wants(lobby: Site) -> None:
    async with lobby.connect() as keen, lobby.connect() as calm:
        await subscribed(keen)
        await subscribed(calm, previewFps=2)
        for sequence in range(20):
            lobby.hub.publish(preview(sequence))
            assert (await keen.see())[0]["sequence"] == sequence
        lobby.hub.publish(summary(1))
        await calm.say(type="subscribe", messages=["preview"], previewFps=10)
        await calm.say(type="unknown")
        heard: list[int] = []
        while isinstance(message := await calm.connection.recv(), bytes):
            heard.append(json.loads(message[2 : 2 + int.from_bytes(message[:2], "big")])["sequence"])
        assert heard == [0, 4, 9, 14, 19]  # a picture a little early is as good as the next, which is late
        lobby.hub.publish(preview(20))
        assert (await calm.see())[0]["sequence"] == 20


async def test_a_stream_whose_preview_is_off_says_so_and_the_rest_is_followed(lobby: Site) -> None:
    lobby.service.views["lobby"] = replace(view("lobby"), preview="off")
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", streams=["lobby", "door"], messages=["summary", "preview"])
        refused = await client.hear()
        lobby.hub.publish(summary(1))
        assert (await client.hear())["sequence"] == 1
        lobby.hub.publish(preview(3, stream="door"))
        assert (await client.see())[0]["stream"] == "door"
        await client.say(type="subscribe", messages=["preview"])  # names none
        await client.say(type="subscribe", streams=["lobby"], messages=["summary"])
        await client.say(type="unknown")
        assert (await client.hear())["code"] == "unknownType"
    assert (refused["type"], refused["code"]) == ("error", "previewOff")
    assert "lobby" in refused["message"]
    assert "door" not in refused["message"]


@pytest.mark.parametrize("rate", ["0", "-1", "1e9", '"5"', "true", "NaN", "Infinity", "[]"])
async def test_a_rate_that_cannot_be_is_refused(lobby: Site, rate: str) -> None:
    async with lobby.connect() as client:
        await client.hear()
        await client.connection.send(
            f'{{"type": "subscribe", "messages": ["preview"], "previewFps": {rate}}}'
        )
        answer = await client.hear()
        assert answer["code"] in ("invalidField", "invalidJson")
        assert lobby.hub.previews_wanted("lobby") == 0.0


async def test_a_stream_that_goes_takes_its_waiting_picture_along(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client, messages=["status", "preview"])
        assert {(await client.hear())["type"] for _ in range(2)} == {"status"}
        lobby.hub.publish(preview(1))
        lobby.hub.forget("lobby")
        gone = await client.hear()
    assert gone["removed"] is True


async def narrow(running: Site) -> websockets.ClientConnection:
    """A client whose system takes a few kilobytes and no more until they are read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", running.port))
    return await websockets.connect(
        running.url,
        sock=connection,
        subprotocols=[websockets.Subprotocol(SUBPROTOCOL)],
        compression=None,
        max_queue=1,
        proxy=None,
    )


async def test_a_summary_waits_for_no_more_than_the_picture_that_is_being_sent() -> None:
    streams = [f"camera-{number}" for number in range(20)]
    async with site(*streams).run() as running:
        connection = await narrow(running)
        client = Client(connection)
        await subscribed(client, messages=["summary", "preview"])
        for sequence in range(3):
            for stream in streams:
                running.hub.publish(preview(sequence, stream, size=200_000))
            await asyncio.sleep(0.05)  # as much goes out as can
        running.hub.publish(summary(1, stream=streams[-1]))
        order: list[str] = []
        while "summary" not in order:
            message = await connection.recv()
            order.append("preview" if isinstance(message, bytes) else json.loads(message)["type"])
        pictures = [await client.see() for _ in range(18)]
        await connection.close()
    assert order.count("preview") <= 3  # two in the client's own queue, and the one that was being sent
    assert {header["sequence"] for header, _ in pictures} == {2}  # the newest of each


async def test_a_client_that_reads_slowly_takes_nothing_from_another() -> None:
    async with site("lobby").run() as running, running.connect() as fast:
        slow = await narrow(running)
        await subscribed(Client(slow))
        await subscribed(fast)
        for sequence in range(30):
            running.hub.publish(preview(sequence, size=400_000))
            assert (await fast.see())[0]["sequence"] == sequence
        assert (await metrics(running))['semblance_live_messages_dropped_total{type="preview"}'] > 3
        seen = -1
        while seen < 29:  # the newest comes at last
            seen = (await Client(slow).see())[0]["sequence"]
        await slow.close()
