"""The live WebSocket over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import socket
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import websockets

from tests.test_resuming import kept
from tests.web_service import EPOCH, TOKEN, Client, Site, event, marker, reading, site, summary, view
from web.history.resuming import Resuming
from web.options import Limits
from web.service import Condition, StatusChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def lobby() -> AsyncIterator[Site]:
    async with site("lobby").run() as running:
        yield running


async def subscribed(client: Client, **wanted: object) -> None:
    """Greet and subscribe; returns once the subscription holds (its status has come)."""
    assert (await client.hear())["type"] == "session"
    await client.say(type="subscribe", **{"messages": ["summary", "status"], **wanted})
    assert (await client.hear())["type"] == "status"


async def test_the_server_speaks_first_and_names_its_limits(lobby: Site) -> None:
    async with lobby.connect() as client:
        greeting = await client.hear()
    assert greeting["type"] == "session"
    assert greeting["version"] == 1
    assert len(greeting["session"]) >= 12
    limits = greeting["limits"]
    assert limits["windows"][0] == {"name": "2s", "length": 2.0, "interval": 0.5, "weights": "equal"}
    assert limits["messages"] == ["summary", "event", "reading", "status", "preview", "marker"]
    assert limits["preview"] == {"fps": 10.0, "width": 640, "mode": "full"}
    assert limits["maxMessageSize"] == 65536
    assert limits["mustAuthenticate"] is False


async def test_a_subscription_brings_the_status_and_then_the_summaries(lobby: Site) -> None:
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe")
        status = await client.hear()
        lobby.hub.publish(summary(1))
        lobby.hub.publish(reading(1))
        lobby.hub.publish(summary(2, window="60s"))
        first, second = await client.hear_all(2)
    assert status == {
        "type": "status",
        "stream": "lobby",
        "state": "running",
        "error": None,
        "since": "2026-09-21T14:13:20.000Z",
    }
    assert (first["sequence"], first["window"]) == (1, "2s")
    assert (second["sequence"], second["window"]) == (2, "60s")


async def test_only_what_was_asked_for_comes(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client, streams=["lobby"], windows=["60s"])
        await client.say(type="subscribe", streams=["lobby"], messages=["reading"])
        await client.say(type="unknown")
        await client.hear()  # answers come in order: the second subscription holds
        lobby.hub.publish(summary(1))
        lobby.hub.publish(summary(1, stream="door"))
        lobby.hub.publish(reading(5, stream="door"))
        lobby.hub.publish(summary(2, window="60s"))
        lobby.hub.publish(reading(6))
        heard = await client.hear_all(2)
        await client.say(type="unsubscribe", messages=["summary"])
        await client.say(type="unknown")
        await client.hear()
        lobby.hub.publish(summary(3, window="60s"))
        lobby.hub.publish(reading(7))
        after = await client.hear()
    assert [(m["type"], m["stream"], m["sequence"]) for m in heard] == [
        ("summary", "lobby", 2),
        ("reading", "lobby", 6),
    ]
    assert (after["type"], after["sequence"]) == ("reading", 7)


async def test_a_stream_that_is_added_later_is_among_all(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client, streams="*")
        lobby.service.views["door"] = view("door")
        lobby.hub.publish(StatusChange("door", Condition("connecting", None, EPOCH)))
        lobby.hub.publish(summary(1, stream="door"))
        status, first = await client.hear_all(2)
        lobby.hub.forget("door")
        gone = await client.hear()
    assert (status["stream"], status["state"]) == ("door", "connecting")
    assert (first["type"], first["stream"]) == ("summary", "door")
    assert (gone["state"], gone["removed"]) == ("ended", True)


async def test_a_failed_stream_says_why(lobby: Site) -> None:
    condition = Condition("reconnecting", ("unreachable", "Nobody listens at 10.0.0.7:554."), EPOCH)
    lobby.service.views["lobby"] = replace(view("lobby"), condition=condition)
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", messages=["status"])
        status = await client.hear()
    assert status["error"] == {"code": "unreachable", "message": "Nobody listens at 10.0.0.7:554."}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", "invalidJson"),
        ("[]", "unknownType"),
        ('"subscribe"', "unknownType"),
        ("null", "unknownType"),
        ("{}", "unknownType"),
        ('{"type": "dance"}', "unknownType"),
        ('{"type": 7}', "unknownType"),
        ('{"type": "subscribe", "colour": "red"}', "unknownField"),
        ('{"type": "subscribe", "streams": "lobby"}', "invalidField"),
        ('{"type": "subscribe", "streams": []}', "invalidField"),
        ('{"type": "subscribe", "streams": ["../etc"]}', "invalidField"),
        ('{"type": "subscribe", "messages": ["gossip"]}', "unknownMessage"),
        ('{"type": "subscribe", "windows": ["9s"]}', "unknownWindow"),
        ('{"type": "subscribe", "resume": {"lobby": -1}}', "invalidField"),
        ('{"type": "subscribe", "resume": {"lobby": "1"}}', "invalidField"),
        ('{"type": "subscribe", "streams": ["nobody"], "messages": ["summary"]}', "unknownStream"),
        ('{"type": "unsubscribe", "streams": ["lobby"]}', "notSubscribed"),
        ('{"type": "authenticate"}', "invalidField"),
        ("[" * 60_000, "invalidJson"),
        (b"\x00\x01", "invalidJson"),
    ],
)
async def test_what_is_not_understood_is_answered_and_the_connection_lives_on(
    lobby: Site, message: str | bytes, code: str
) -> None:
    async with lobby.connect() as client:
        await client.hear()
        await client.connection.send(message)
        answer = await client.hear()
        await client.say(type="subscribe")
        status = await client.hear()
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["message"].endswith(".")
    assert status["type"] == "status"


async def test_events_and_markers_come_in_order_whatever_windows_were_named(lobby: Site) -> None:
    async with lobby.connect() as client:
        await subscribed(client, windows=["60s"], messages=["summary", "event", "marker", "status"])
        for message in (summary(1), event(1, 1), summary(2, window="60s"), event(2, 2, window="60s")):
            lobby.hub.publish(message)
        lobby.hub.publish(marker(1, stream=None))
        lobby.hub.publish(event(1, 0, stream=None))
        heard = await client.hear_all(5)
    assert {message["stream"] for message in heard[:3]} == {"lobby", None}  # streams take turns
    of_the_lobby = [message for message in heard if message["stream"] == "lobby"]
    assert [message["type"] for message in of_the_lobby] == ["event", "summary", "event"]
    assert (of_the_lobby[0]["before"], of_the_lobby[0]["after"]) == ("neutral", "happiness")
    assert of_the_lobby[0]["evidence"][0]["value"] == "happiness"
    of_all = [message for message in heard if message["stream"] is None]
    assert [message["type"] for message in of_all] == ["marker", "event"]
    assert of_all[0]["label"] == "joke 1"


async def test_a_marker_of_all_streams_comes_once_to_whoever_asked_for_any_markers(lobby: Site) -> None:
    async with lobby.connect() as client, lobby.connect() as other:
        await subscribed(client, streams=["lobby"], messages=["marker", "event", "status"])
        await subscribed(other, streams=["lobby"], messages=["event", "status"])
        lobby.hub.publish(marker(1, stream=None))
        lobby.hub.publish(event(1, 0, stream=None))  # of the service, and for "*" alone
        lobby.hub.publish(marker(2))
        lobby.hub.publish(event(1, 1))
        heard = await client.hear_all(3)
        assert (await other.hear_all(1))[0]["type"] == "event"
    assert sorted((each["type"], str(each["stream"])) for each in heard) == [
        ("event", "lobby"),
        ("marker", "None"),
        ("marker", "lobby"),
    ]


async def test_a_client_cannot_name_streams_without_end(lobby: Site) -> None:
    async with lobby.connect() as client:
        await client.hear()
        for start in (0, 200):
            streams = [f"s{number}" for number in range(start, start + 200)]
            await client.say(type="subscribe", streams=streams, messages=["summary"])
        first, second = await client.hear_all(2)
    assert first["code"] == "unknownStream"
    assert second["code"] == "limitExceeded"


async def test_resuming_brings_what_was_missed_and_goes_on_live(lobby: Site) -> None:
    for sequence in range(1, 51):
        lobby.hub.publish(summary(sequence, window="60s" if sequence % 10 == 0 else "2s"))
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", messages=["summary"], resume={"lobby": 41})
        missed = await client.hear_all(9)
        lobby.hub.publish(summary(51))
        live = await client.hear()
    assert [message["sequence"] for message in missed] == list(range(42, 51))
    assert live["sequence"] == 51


async def test_resuming_behind_the_history_begins_with_a_gap(lobby: Site) -> None:
    for sequence in range(1, 181):
        lobby.hub.publish(summary(sequence))  # the history holds 100
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", messages=["summary"], resume={"lobby": 20})
        gap = await client.hear()
        rest = await client.hear_all(100)
    assert gap == {"type": "gap", "stream": "lobby", "window": "2s", "from": 21, "to": 80}
    assert [message["sequence"] for message in rest] == list(range(81, 181))


async def test_resuming_goes_on_over_a_restart_out_of_the_history(tmp_path: Path) -> None:
    before = [summary(number) for number in range(1, 601)]
    async with (
        kept(tmp_path / "history.db", before, [event(1, 300), event(2, 600)]) as store,
        site(past=Resuming(store)).run() as running,
        running.connect() as client,
    ):
        assert (await client.hear())["limits"]["resume"] == {"events": 1000, "history": True}
        for number in range(601, 604):
            running.hub.publish(summary(number))
        running.hub.publish(event(3, 603))
        await client.say(type="subscribe", messages=["summary", "event"], resume={"lobby": 300})
        missed = await client.hear_all(306)
        running.hub.publish(summary(604))
        live = await client.hear()
    heard = [(message["type"], message["sequence"]) for message in (*missed, live)]
    expected = [("event", 300), *(("summary", number) for number in range(301, 601)), ("event", 600)]
    expected += [("summary", 601), ("summary", 602), ("summary", 603), ("event", 603), ("summary", 604)]
    assert heard == expected


async def test_what_a_crash_may_have_lost_is_told(tmp_path: Path) -> None:
    before = [summary(number) for number in range(1, 41)]
    async with (
        kept(tmp_path / "history.db", [*before, summary(1041)]) as store,
        site(past=Resuming(store)).run() as running,
        running.connect() as client,
    ):
        await client.hear()
        running.hub.publish(summary(1041))
        wanted = {"messages": ["summary"], "windows": ["2s"]}
        await client.say(type="subscribe", **wanted, resume={"lobby": 38})
        heard = await client.hear_all(4)
        await client.say(type="subscribe", **wanted, resume={"lobby": 42})  # it has more than was written
        again = await client.hear()
    gap = {"type": "gap", "stream": "lobby", "window": "2s", "from": 41, "to": 1040}
    assert [message.get("sequence", message) for message in heard] == [39, 40, gap, 1041]
    assert again["sequence"] == 1041


async def test_a_sequence_of_an_earlier_life_does_not_silence_the_client(lobby: Site) -> None:
    lobby.hub.publish(summary(1))
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", messages=["summary"], resume={"lobby": 99_999})
        first = await client.hear()
        lobby.hub.publish(summary(2))
        second = await client.hear()
    assert (first["sequence"], second["sequence"]) == (1, 2)


async def test_resuming_what_is_not_subscribed_is_refused(lobby: Site) -> None:
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="subscribe", streams=["lobby"], messages=["summary"], resume={"door": 1})
        assert (await client.hear())["code"] == "notSubscribed"


async def test_another_subprotocol_is_refused_before_the_handshake(lobby: Site) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with lobby.connect(subprotocols=[websockets.Subprotocol("semblance.v9.json")]):
            pass
    assert refused.value.response.status_code == 400
    assert "semblance.v1.json" in json.loads(refused.value.response.body)["detail"]


async def test_a_program_that_names_no_subprotocol_is_welcome(lobby: Site) -> None:
    async with lobby.connect(subprotocols=None) as client:
        assert (await client.hear())["type"] == "session"
        assert client.connection.subprotocol is None


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("http://127.0.0.1:1", 403), ("null", 403), ("http://localhost", 403)],
)
async def test_a_page_of_another_origin_is_refused(lobby: Site, origin: str, status: int) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with lobby.connect(headers={"Origin": origin}):
            pass
    assert refused.value.response.status_code == status


async def test_a_page_of_this_service_is_welcome(lobby: Site) -> None:
    async with lobby.connect(headers={"Origin": f"http://127.0.0.1:{lobby.port}"}) as client:
        assert (await client.hear())["type"] == "session"


async def test_a_name_that_is_rebound_to_this_machine_is_refused(lobby: Site) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(
            f"ws://evil.example:{lobby.port}/api/v1/live", host="127.0.0.1", port=lobby.port, proxy=None
        ):
            pass
    assert refused.value.response.status_code == 421


async def test_a_bearer_token_lets_a_program_in() -> None:
    async with site(tokens=(TOKEN,)).run() as running, running.connect(token=TOKEN) as client:
        await subscribed(client)


async def test_a_wrong_bearer_token_is_refused_before_the_handshake() -> None:
    async with site(tokens=(TOKEN,)).run() as running:
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with running.connect(token="another-token-altogether"):
                pass
    assert refused.value.response.status_code == 401


async def test_a_browser_sends_its_token_first() -> None:
    async with site(tokens=(TOKEN,)).run() as running, running.connect() as client:
        assert (await client.hear())["type"] == "session"
        await client.say(type="authenticate", token=TOKEN)
        await client.say(type="subscribe")
        assert (await client.hear())["type"] == "status"


async def test_a_wrong_token_is_the_end() -> None:
    async with site(tokens=(TOKEN,)).run() as running, running.connect() as client:
        await client.say(type="authenticate", token="wrong")
        assert (await client.closed())[0] == 4403


@pytest.mark.parametrize("message", ['{"type": "subscribe"}', "{", '{"type": "authenticate"}'])
async def test_anything_before_the_token_is_the_end(message: str) -> None:
    async with site(tokens=(TOKEN,)).run() as running, running.connect() as client:
        await client.connection.send(message)
        assert (await client.closed())[0] == 4401


async def test_a_token_that_does_not_come_is_not_waited_for() -> None:
    limits = Limits(authenticate_within=0.1)
    async with site(tokens=(TOKEN,), limits=limits).run() as running, running.connect() as client:
        code, reason = await client.closed()
    assert code == 4401
    assert reason == "No token came within 0.1 seconds."


async def test_a_token_where_none_is_needed_is_ignored(lobby: Site) -> None:
    async with lobby.connect() as client:
        await client.hear()
        await client.say(type="authenticate", token="left over from another service")
        await client.say(type="subscribe")
        assert (await client.hear())["type"] == "status"


async def test_no_token_gets_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "semblance")
    caplog.set_level(logging.DEBUG, "web")
    async with site(tokens=(TOKEN,)).run() as running:
        async with running.connect(token=TOKEN) as client:
            await client.hear()
        async with running.connect() as client:
            await client.say(type="authenticate", token="wrong-" + TOKEN)
            await client.closed()
    assert TOKEN not in caplog.text


async def test_a_message_too_long_ends_the_connection(lobby: Site) -> None:
    async with lobby.connect() as client:
        await client.connection.send("x" * 70_000)
        assert (await client.closed())[0] == 1009


async def test_there_are_only_so_many_places() -> None:
    async with site(limits=Limits(clients=2)).run() as running:
        async with running.connect() as one, running.connect() as two:
            await asyncio.gather(one.hear(), two.hear())
            with pytest.raises(websockets.InvalidStatus) as refused:
                async with running.connect():
                    pass
            assert refused.value.response.status_code == 503
        await running.attached(0)
        async with running.connect() as again:
            assert (await again.hear())["type"] == "session"


async def test_garbage_never_ends_the_service(lobby: Site) -> None:
    dice = random.Random(20261122)
    words = ["type", "subscribe", "unsubscribe", "authenticate", "streams", "*", "lobby", "resume", "2s", ""]
    words += ["windows", "messages", "summary", "token"]

    def thing(depth: int = 0) -> Any:
        match dice.randrange(7 if depth < 4 else 4):
            case 0:
                return dice.choice([None, True, False, 1e308, -1, 2**70, 0.5])
            case 1 | 2:
                return dice.choice(words)
            case 3:
                return "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(9)))
            case 4:
                return [thing(depth + 1) for _ in range(dice.randrange(4))]
            case _:
                table = {dice.choice(words): thing(depth + 1) for _ in range(dice.randrange(5))}
                return {"type": dice.choice(words[1:4]), **table} if dice.random() < 0.7 else table

    async with lobby.connect() as client:
        await client.hear()

        async def throw() -> None:
            for _ in range(400):
                text = json.dumps(thing())
                end = dice.randrange(len(text) + 1) if dice.random() < 0.2 else len(text)
                await client.connection.send(text[:end])
            await client.say(type="subscribe", end=True)

        throwing = asyncio.create_task(throw())
        while "'end'" not in (await client.hear()).get("message", ""):
            pass
        await throwing
    async with lobby.connect() as client:
        await subscribed(client)


async def test_shutdown_with_clients_connected_is_quick(caplog: pytest.LogCaptureFixture) -> None:
    running = site()
    async with running.run(), running.connect() as reader, running.connect() as other:
        await subscribed(reader)
        await other.hear()
        silent = await deaf_client(running)
        running.hub.publish(summary(1))
        start = perf_counter()
        await running.stop()
        took = perf_counter() - start
        assert (await reader.closed())[0] == 1012
        silent.close()
    assert took < 5
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def deaf_client(
    running: Site, messages: tuple[str, ...] = ("summary", "reading", "status")
) -> socket.socket:
    """A client that subscribes and then never reads."""
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await loop.sock_connect(connection, ("127.0.0.1", running.port))
    request = (
        f"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    )
    subscribe = json.dumps({"type": "subscribe", "messages": list(messages)}).encode()
    frame = bytes([0x81, 0x80 | len(subscribe), 0, 0, 0, 0]) + subscribe
    await loop.sock_sendall(connection, request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += await loop.sock_recv(connection, 1024)
    await loop.sock_sendall(connection, frame)
    return connection


async def test_a_client_that_talks_and_never_reads_is_given_up() -> None:
    running = site("lobby", limits=Limits(blocked_send=0.2))
    loop = asyncio.get_running_loop()
    async with running.run():
        deaf = await deaf_client(running)
        await running.attached(1)
        nonsense = json.dumps({"type": "x" * 100}).encode()
        frame = bytes([0x81, 0x80 | len(nonsense), 0, 0, 0, 0]) + nonsense

        async def talk() -> None:
            while True:
                await loop.sock_sendall(deaf, frame * 100)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(talk(), 10)
        await running.attached(0)
        deaf.close()


async def test_a_client_that_does_not_read_its_events_is_closed_with_a_reason(lobby: Site) -> None:
    async with lobby.connect(max_queue=1) as client:
        await subscribed(client, messages=["event", "status"])
        long = replace(event(1, 1), evidence=event(1, 1).evidence * 500)  # 50 kB: the sockets' buffers fill
        number = 0
        while not await closed_for(lobby, "behind"):
            for _ in range(20):
                number += 1
                lobby.hub.publish(replace(long, id=f"evt_{number}", sequence=number))
                await asyncio.sleep(0)
            assert number < 2000
        code, reason = await client.closed()
    assert (code, reason) == (1013, "256 events and markers waited and were not read.")


async def closed_for(running: Site, reason: str) -> bool:
    return f'semblance_live_clients_refused_total{{reason="{reason}"}}' in await metrics(running)


async def test_of_a_hundred_clients_five_never_read_and_the_others_miss_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    running = site("lobby", limits=Limits(blocked_send=1.0))
    count = 100
    heard: list[list[int]] = []

    ready = asyncio.Barrier(96)

    async def listen() -> None:
        async with running.connect() as client:
            await subscribed(client)
            await ready.wait()
            sequences: list[int] = []
            heard.append(sequences)
            while not sequences or sequences[-1] < count:
                sequences.append((await client.hear())["sequence"])

    async with running.run():
        deaf = [await deaf_client(running) for _ in range(5)]
        async with asyncio.TaskGroup() as group:
            for _ in range(95):
                group.create_task(listen())
            await ready.wait()
            crowd = replace(reading(1), faces=reading(1).faces * 200)
            for sequence in range(1, count + 1):
                running.hub.publish(replace(crowd, sequence=sequence))  # 40 kB, only for the five
                running.hub.publish(summary(sequence))
                await asyncio.sleep(0.01)
        await running.attached(0)  # the five were given up
        figures = await metrics(running)
        for connection in deaf:
            connection.close()
    assert len(heard) == 95
    assert [sequences for sequences in heard if sequences != list(range(1, count + 1))] == []
    assert figures['semblance_live_clients_refused_total{reason="slow"}'] == 5
    assert figures['semblance_live_messages_dropped_total{type="reading"}'] > 0
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def metrics(running: Site) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", trust_env=False) as client:
        text = (await client.get("/metrics")).text
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in rows}
