"""The body of a request as it comes in: how long it may be, how slow, and what happens to the rest of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from web.options import LARGEST_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive, Scope, Send

STALLED = 30.0
"""Seconds in which something of a body must come."""

SLOWEST = 4096
"""Bytes a second that a body must come at, but for its first half a minute."""

DRAINED = 256 * 1024 * 1024
DRAINED_WITHIN = 15.0
"""Bytes and seconds of a refused body that are thrown away, so that who sends it reads the answer."""

_AT_HAND = 65_536
_AT_HAND_WITHIN = 0.05
_DIGITS = 20


def _too_long(limit: int) -> HTTPException:
    return HTTPException(413, f"The body is longer than {limit} bytes.")


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """How many bytes a body may have, the error for one that has more, and the seconds it may take."""

    size: int = LARGEST_MESSAGE
    error: Callable[[int], HTTPException] = _too_long
    seconds: float = 60.0

    def exceeded(self) -> HTTPException:
        return self.error(self.size)


class Incoming:
    """Stands between the server and the application for one request.

    A client that is still sending does not read, and one whose connection is closed while it sends loses an
    answer that was on its way. So an answer that comes before the body has is sent, and only ends when what
    still comes has been taken, within bounds.
    """

    def __init__(self, scope: Scope, receive: Receive, limit: BodyLimit) -> None:
        headers = Headers(scope=scope)
        self._receive = receive
        self._limit = limit
        self._ended = "transfer-encoding" not in headers and length(headers) == 0
        self._asks_first = headers.get("expect", "").lower() == "100-continue"
        self._stopping = False
        self._taken = 0
        self._began: float | None = None

    async def receive(self) -> Message:
        """Raises the limit's error where the body goes over it, and `HTTPException` where it stalls."""
        if self._ended:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until()):
                message = await self._take()
        except TimeoutError:
            raise HTTPException(408, "The body came too slowly, or stopped.") from None
        except asyncio.CancelledError:
            self._stopping = True
            raise
        if self._taken > self._limit.size:
            raise self._limit.exceeded()
        return message

    def answering(self, send: Send) -> Send:
        """Sends an answer; where that ends before the body did, the connection ends with it."""
        closing = False

        async def answer(message: Message) -> None:
            nonlocal closing
            if message["type"] == "http.response.start":
                closing = not await self._drained(_AT_HAND, _AT_HAND_WITHIN)
                if closing:
                    MutableHeaders(scope=message)["connection"] = "close"
            elif closing and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await self._drained(DRAINED, DRAINED_WITHIN)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        return answer

    def _until(self) -> float:
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        most = min(STALLED + self._taken / SLOWEST, self._limit.seconds)
        return min(now + STALLED, self._began + most)

    async def _take(self) -> Message:
        message = await self._receive()
        self._asks_first = False
        self._taken += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message

    async def _drained(self, size: int, seconds: float) -> bool:
        """Whether the body has ended, if need be after taking this much more of it.

        A client that asks before it sends is not asked to.
        """
        most = self._taken + size
        try:
            async with asyncio.timeout(seconds):
                while not (self._ended or self._asks_first or self._stopping) and self._taken < most:
                    await self._take()
        except TimeoutError:
            pass
        except asyncio.CancelledError:  # the server cancels a request only when it stops
            self._stopping = True
        return self._ended


def length(headers: Headers) -> int:
    """Of the body, as the client announced it."""
    announced = headers.get("content-length", "0")
    return int(announced[:_DIGITS]) if announced.isdecimal() else 0
