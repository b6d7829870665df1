"""Answers that are written piece by piece: what is left of them when they cannot be whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from web.chunked import FileAnswer, pieces_of
from web.history.database import HistoryUnavailableError
from web.history.formats.form import encoder
from web.history.formats.marker_sheet import MarkerSheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping

    import pytest
    from starlette.types import Message

SCOPE: MutableMapping[str, Any] = {"type": "http", "method": "GET", "asgi": {"spec_version": "2.3"}}


async def endless() -> AsyncIterator[bytes]:
    yield b"first"
    await asyncio.Event().wait()


async def lost() -> AsyncIterator[bytes]:
    yield b"first"
    raise HistoryUnavailableError("The database is gone.")


class Client:
    """Takes what is sent, and says nothing until it leaves."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.leaves = asyncio.Event()
        self.has_some = asyncio.Event()

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.has_some.set()

    @property
    def whole(self) -> bool:
        return any(message.get("more_body") is False for message in self.sent)


async def test_a_stop_of_the_service_breaks_the_answer_off_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client()
    answer = FileAnswer(endless(), "csv", "lobby-2s")
    sending = asyncio.create_task(answer(SCOPE, client.receive, client.send))
    await client.has_some.wait()
    sending.cancel()
    await sending
    assert not client.whole
    assert "the answer lobby-2s was broken off: the service is stopping" in caplog.text


async def test_a_client_that_leaves_ends_the_work() -> None:
    client = Client()
    answer = FileAnswer(endless(), "csv", "lobby-2s")
    sending = asyncio.create_task(answer(SCOPE, client.receive, client.send))
    await client.has_some.wait()
    client.leaves.set()
    async with asyncio.timeout(5):
        await sending
    assert not client.whole


async def test_a_lost_database_leaves_no_end(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    async with asyncio.timeout(5):
        await FileAnswer(lost(), "csv", "lobby-2s")(SCOPE, client.receive, client.send)
    assert not client.whole
    assert "was broken off: The database is gone." in caplog.text


async def test_an_error_is_a_header_of_one_line() -> None:
    answer = FileAnswer(endless(), "csv", "lobby-2s", "Fällt aus.\r\nX-Evil: 1")
    assert answer.headers["history-error"] == "F?llt aus.  X-Evil: 1"


async def test_pieces_are_begin_portions_and_end() -> None:
    async def portions() -> AsyncIterator[list[Any]]:
        yield []
        yield []

    pieces = [piece async for piece in pieces_of(portions(), encoder("json", MarkerSheet()))]
    assert b"".join(pieces) == b'{"markers":[]}\n'
