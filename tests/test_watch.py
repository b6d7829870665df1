"""`semblance watch` against services that answer, refuse, vanish and come back."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import serve

from semblance.failure import Failure, UsageFailure
from semblance.watch.address import address_of
from semblance.watch.connection import Connected, Connection, Lost, Received, Subscription
from semblance.watch.messages import Gap, RuleEvent, Status, Summary
from semblance.watch.output import json_lines, plain_lines
from semblance.watch.positions import Positions
from stream.backoff import Backoff
from tests.watched import FACELESS, event, session, status, summary
from tests.web_service import TOKEN, site
from tests.web_service import event as made_event
from tests.web_service import summary as made

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from websockets.asyncio.server import ServerConnection

    from semblance.watch.connection import Event

ALL = Subscription(None, None, ("summary", "status"))


def connection(port: int, asked: Subscription = ALL, token: str | None = None) -> Connection:
    """One that tries again at once."""
    address = address_of(f"127.0.0.1:{port}")
    return Connection(address, asked, token, Positions(), Backoff(first=0.01, cap=0.01, healthy=5.0))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semblance.watch.connection.SHORTEST_WAIT", 0.01)


async def events(following: Connection, wanted: int, within: float = 5.0) -> list[Event]:
    """So many events, which must come in time."""
    taken: list[Event] = []
    async with asyncio.timeout(within), aclosing(following.events()) as coming:
        async for event in coming:
            taken.append(event)
            if len(taken) == wanted:
                break
    return taken


@asynccontextmanager
async def saying(
    *documents: object, before: object = None
) -> AsyncIterator[tuple[int, list[dict[str, Any]]]]:
    """A service that greets, says these and then nothing; its port, and what was said to it."""
    heard: list[dict[str, Any]] = []

    async def talk(socket: ServerConnection) -> None:
        await socket.send(json.dumps(before or session()))
        heard.append(json.loads(await socket.recv()))
        for document in documents:
            await socket.send(document if isinstance(document, bytes) else json.dumps(document))
        await socket.wait_closed()

    async with serve(talk, "127.0.0.1", 0, subprotocols=["semblance.v1.json"]) as server:  # type: ignore[list-item]
        yield next(iter(server.sockets)).getsockname()[1], heard


async def ending(port: int, asked: Subscription = ALL, token: str | None = None) -> str:
    """What the command ends with."""
    with pytest.raises(Failure) as raised:
        await events(connection(port, asked, token), 100)
    return str(raised.value)


@pytest.mark.parametrize(
    ("given", "live"),
    [
        ("http://127.0.0.1:8484", "ws://127.0.0.1:8484/api/v1/live"),
        ("https://semblance.example/streams/lobby?window=2s", "wss://semblance.example/api/v1/live"),
        ("localhost:9000", "ws://localhost:9000/api/v1/live"),
        ("http://[::1]:8484/", "ws://[::1]:8484/api/v1/live"),
    ],
)
def test_the_address_of_any_page_of_a_service_will_do(given: str, live: str) -> None:
    assert address_of(given).live == live


@pytest.mark.parametrize("wrong", ["ftp://somewhere", "http://", "http://[::1", "http://here:99999", ""])
def test_an_address_of_no_service_is_refused(wrong: str) -> None:
    with pytest.raises(UsageFailure, match="no address of a service"):
        address_of(wrong)


def test_the_password_of_an_address_is_not_shown() -> None:
    assert "s3cret" not in address_of("https://viewer:s3cret@here/").shown


async def test_it_follows_a_service() -> None:
    running = site("lobby")
    async with running.run():
        following = connection(running.port)
        async with asyncio.timeout(5), aclosing(following.events()) as coming:
            assert isinstance(await anext(coming), Connected)
            first = await anext(coming)
            assert isinstance(first, Received)
            assert isinstance(first.known, Status)
            running.hub.publish(made(1))
            second = await anext(coming)
            assert isinstance(second, Received)
            assert isinstance(second.known, Summary)
            assert second.document["sequence"] == 1


async def heard(coming: AsyncIterator[Event], wanted: int) -> list[int]:
    """The sequences of the next so many summaries, whatever comes between."""
    sequences: list[int] = []
    async with asyncio.timeout(10):
        async for event in coming:
            if isinstance(event, Received) and isinstance(event.known, Summary):
                sequences.append(event.known.sequence)
                if len(sequences) == wanted:
                    break
    return sequences


async def lost(coming: AsyncIterator[Event]) -> str:
    """Why the connection broke, once it does."""
    async with asyncio.timeout(10):
        async for event in coming:
            if isinstance(event, Lost):
                return event.reason
    raise AssertionError("it has come to an end")


async def test_a_service_that_comes_back_is_followed_from_where_it_was_and_nothing_comes_twice() -> None:
    running = site("lobby")
    async with running.run():
        coming = connection(running.port).events()
        assert isinstance(await anext(coming), Connected)
        assert isinstance(await anext(coming), Received)  # the state of the stream: it is subscribed
        for sequence in (1, 2, 3):
            running.hub.publish(made(sequence))
        assert await heard(coming, 3) == [1, 2, 3]
    assert await lost(coming)
    for sequence in (4, 5):
        running.hub.publish(made(sequence))
    async with running.run():
        assert await heard(coming, 2) == [4, 5]
        running.hub.publish(made(6))
        assert await heard(coming, 1) == [6]
        await coming.aclose()


async def test_events_are_followed_over_a_break_and_none_comes_twice() -> None:
    running = site("lobby")
    asked = Subscription(None, None, ("event", "status"))
    async with running.run():
        coming = connection(running.port, asked).events()
        assert isinstance(await anext(coming), Connected)
        assert isinstance(await anext(coming), Received)
        running.hub.publish(made(1))
        running.hub.publish(made_event(1, 1))
        assert await happened(coming, 1) == ["evt_lobby_1"]
    assert await lost(coming)
    running.hub.publish(made_event(2, 1))
    running.hub.publish(made_event(3, 2))
    async with running.run():
        assert await happened(coming, 2) == ["evt_lobby_2", "evt_lobby_3"]
        await coming.aclose()


async def happened(coming: AsyncIterator[Event], wanted: int) -> list[str]:
    """The next so many events, whatever comes between."""
    ids: list[str] = []
    async with asyncio.timeout(10):
        async for event in coming:
            if isinstance(event, Received) and isinstance(event.known, RuleEvent):
                ids.append(event.known.id)
                if len(ids) == wanted:
                    break
    return ids


async def test_a_service_that_was_started_anew_is_followed_from_its_beginning() -> None:
    running = site("lobby")
    async with running.run():
        coming = connection(running.port).events()
        for _ in range(2):
            await anext(coming)
        running.hub.publish(made(700))
        assert await heard(coming, 1) == [700]
    assert await lost(coming)
    anew = site("lobby")
    anew.port = running.port
    async with anew.run():
        later = replace(made(1), end=made(720).end)
        anew.hub.publish(later)
        assert await heard(coming, 1) == [1]
        await coming.aclose()


async def test_it_says_that_it_tries_again_and_keeps_trying() -> None:
    running = site("lobby")
    async with running.run():
        coming = connection(running.port).events()
        assert isinstance(await anext(coming), Connected)
    assert "closed the connection" in await lost(coming)
    assert "nobody answers there" in await lost(coming)
    assert "nobody answers there" in await lost(coming)
    await coming.aclose()


async def test_what_was_missed_for_good_is_told_by_a_gap_and_counted() -> None:
    gap = {"type": "gap", "stream": "lobby", "window": "2s", "from": 2, "to": 13}
    said = (summary(1, end=1.0), gap, summary(14, end=7.5))
    async with saying(*said) as (port, _):
        _, _, told, after = await events(connection(port), 4)
    assert isinstance(told, Received)
    assert isinstance(told.known, Gap)
    assert isinstance(after, Received)
    assert after.missing == 12


async def test_a_stream_that_does_not_exist_ends_it_with_a_sentence() -> None:
    running = site("lobby")
    async with running.run():
        said = await ending(running.port, Subscription("lobyb", None, ("summary", "status")))
    assert "has no stream 'lobyb'" in said


async def test_a_window_that_does_not_exist_ends_it_with_those_that_do() -> None:
    running = site("lobby")
    async with running.run():
        said = await ending(running.port, Subscription(None, "3s", ("summary",)))
    assert "no window '3s'; there are 2s, 60s" in said


async def test_a_service_that_wants_a_token_says_where_to_put_it() -> None:
    running = site("lobby", tokens=(TOKEN,))
    async with running.run():
        assert "SEMBLANCE_TOKEN" in await ending(running.port)
        refused = await ending(running.port, token="not-the-right-one-at-all")
        assert "refuses (401): This token is not one of the service's" in refused
        assert "not-the-right-one" not in refused
        assert isinstance((await events(connection(running.port, token=TOKEN), 1))[0], Connected)


@pytest.mark.parametrize("code", [4401, 4403])
async def test_a_connection_that_is_closed_for_want_of_a_right_ends_it(code: int) -> None:
    async def close(socket: ServerConnection) -> None:
        await socket.send(json.dumps(session()))
        await socket.close(code, "This token is not one of the service's.")

    async with serve(close, "127.0.0.1", 0) as server:
        said = await ending(next(iter(server.sockets)).getsockname()[1], token="x" * 20)
    assert f"refuses ({code}): This token is not one of the service's" in said


async def test_nobody_listening_is_said_in_a_sentence() -> None:
    async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
    assert f"127.0.0.1:{port} cannot be reached (nobody answers there)" in await ending(port)


async def test_services_of_other_kinds_are_told_apart_from_ours() -> None:
    async def quack(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 quack ready\r\n")
        writer.close()

    async with await asyncio.start_server(quack, "127.0.0.1", 0) as server:
        assert "is no Semblance service" in await ending(server.sockets[0].getsockname()[1])
    for greeting in ({"hello": "there"}, {**session(), "version": 2}, [1, 2]):
        async with saying(before=greeting) as (port, _):
            assert "is no Semblance service" in await ending(port)


async def test_a_service_without_tls_that_is_asked_by_https_says_so() -> None:
    running = site("lobby")
    async with running.run():
        address = address_of(f"https://127.0.0.1:{running.port}")
        following = Connection(address, ALL, None, Positions())
        with pytest.raises(Failure, match="does not speak TLS; is it http://"):
            await events(following, 1)


async def test_another_web_site_is_told_by_its_answer() -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as server:
        said = await ending(server.sockets[0].getsockname()[1])
    assert "answered 404; is that a Semblance service?" in said


async def test_what_a_service_says_cannot_command_the_terminal() -> None:
    error = {"type": "error", "code": "enough", "message": "that was \x1b[2J all"}
    async with saying(error) as (port, _):
        said = await ending(port)
    assert "\x1b" not in said
    assert "that was" in said


async def test_without_a_terminal_each_message_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    reading, marker = {"type": "reading", "faces": []}, {"type": "marker", "label": "joke 3"}
    said = (status("running"), summary(1), summary(1), reading, event(1), event(1), marker)
    async with saying(*said, {"type": "error", "code": "enough", "message": "that was all"}) as (port, heard):
        asked = Subscription("lobby", "2s", ("summary", "status", "reading"))
        with pytest.raises(Failure, match="that was all"):
            await json_lines(connection(port, asked).events(), "here")
    assert heard == [
        {
            "type": "subscribe", "streams": ["lobby"], "messages": ["summary", "status", "reading"],
            "windows": ["2s"], "resume": {},
        }
    ]  # fmt: skip
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [said[0], said[1], said[3], said[4], said[6]]


async def test_a_terminal_that_cannot_be_painted_on_gets_a_line_for_each_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = (
        status("running"), summary(1, end=1.0), summary(2, end=1.5), summary(3, end=2.0, **FACELESS),
        event(1), event(2), status("reconnecting", error="nobody listens there"),
    )  # fmt: skip
    async with saying(*said, {"type": "error", "code": "enough", "message": "that was all"}) as (port, _):
        with pytest.raises(Failure):
            await plain_lines(connection(port).events(), "here")
    assert capsys.readouterr().out.splitlines() == [
        "here: live",
        "lobby: running",
        "lobby, 2s: surprise",
        "lobby, 2s: no face",
        *["lobby: neutral -> surprise after 12 s (dominant-emotion)"] * 2,
        "lobby: reconnecting: nobody listens there",
    ]
