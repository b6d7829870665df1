"""A connection to a service's live WebSocket that comes back by itself and resumes where it was."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from semblance.failure import Failure
from semblance.watch.messages import (
    Gap,
    Refusal,
    RuleEvent,
    Session,
    Status,
    Summary,
    UnreadableError,
    read,
)
from semblance.watch.refusals import judge
from stream.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from websockets.asyncio.client import ClientConnection

    from semblance.watch.address import Address
    from semblance.watch.messages import Known
    from semblance.watch.positions import Positions

SUBPROTOCOL = Subprotocol("semblance.v1.json")
VERSION = 1
PATIENCE = 10.0
"""Seconds for a service to accept a connection, and then to greet."""

LONGEST_WAIT = 15.0
SHORTEST_WAIT = 0.5
"""Seconds between two attempts: jitter alone could make a service that is down be asked again at once."""

CLOCKS_AGREE = 3.0
"""Seconds: HTTP tells the time to the second, and an answer has been on its way."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is asked for; no stream and no window stand for all of them."""

    stream: str | None
    window: str | None
    messages: tuple[str, ...]

    def command(self, resume: dict[str, int]) -> str:
        return json.dumps(
            {
                "type": "subscribe",
                "streams": [self.stream] if self.stream else "*",
                "messages": self.messages,
                "windows": [self.window] if self.window else "*",
                "resume": resume if {"summary", "event"} & set(self.messages) else {},
            }
        )


@dataclass(frozen=True, slots=True)
class Connected:
    """`skew`: seconds by which the service's clock is ahead of this machine's, as well as HTTP can tell."""

    session: Session
    skew: float


@dataclass(frozen=True, slots=True)
class Lost:
    reason: str
    retry_in: float


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came, `known` where there is a use for it; `missing` windows were before a summary."""

    document: Any
    known: Known | None
    missing: int = 0


Event: TypeAlias = Connected | Lost | Received


class Connection:
    """Follows one service. A summary or event is given once, however often the service sends it."""

    def __init__(
        self,
        address: Address,
        subscription: Subscription,
        token: str | None,
        positions: Positions,
        backoff: Backoff | None = None,
    ) -> None:
        self._address = address
        self._subscription = subscription
        self._token = token
        self._positions = positions
        self._backoff = backoff or Backoff(first=1.0, cap=LONGEST_WAIT, healthy=5.0)
        self._reached = False

    async def events(self) -> AsyncGenerator[Event, None]:
        """Without an end; raises `Failure` where trying again is of no use, or nothing is there at first."""
        now = asyncio.get_running_loop().time
        while True:
            began = now()
            try:
                async with aclosing(self._connected()) as events:
                    async for event in events:
                        yield event
            except (OSError, WebSocketException, UnreadableError) as error:
                shown = self._address.shown
                reason = judge(error, shown, token=self._token is not None, reached=self._reached)
            wait = max(SHORTEST_WAIT, self._backoff.after(now() - began))
            yield Lost(reason, wait)
            await asyncio.sleep(wait)

    async def _connected(self) -> AsyncGenerator[Event, None]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with connect(
            self._address.live,
            subprotocols=[SUBPROTOCOL],
            additional_headers=headers,
            compression=None,
            open_timeout=PATIENCE,
        ) as socket:
            await socket.send(self._subscription.command(self._positions.resume()))
            again = self._reached
            yield await self._greeted(socket)
            while True:  # the end of the connection is an exception here, whichever code it has
                event = self._take(_document(await socket.recv()), again=again)
                if event is not None:
                    yield event

    async def _greeted(self, socket: ClientConnection) -> Connected:
        async with asyncio.timeout(PATIENCE):
            session = read(_document(await socket.recv()))
        if not isinstance(session, Session):
            raise UnreadableError("its first message is no greeting")
        if session.version != VERSION:
            raise UnreadableError(f"it speaks version {session.version}, this is {VERSION}")
        self._positions.connected(session.limits.windows)
        self._reached = True
        return Connected(session, _skew(socket))

    def _take(self, document: Any, *, again: bool) -> Received | None:
        known = read(document)
        match known:
            case Summary():
                missing = self._positions.take(known)
                return None if missing is None else Received(document, known, missing)
            case RuleEvent() if not self._positions.take_event(known):
                return None
            case Gap():
                self._positions.gap(known)
            case Status(removed=True):
                self._positions.forget(known.stream)
            case Refusal() if not _bearable(known, again=again):
                raise Failure(self._sentence(known))
        return Received(document, known)

    def _sentence(self, refusal: Refusal) -> str:
        shown = self._address.shown
        if refusal.code == "unknownStream":
            return f"{shown} has no stream {self._subscription.stream!r}; without --stream all are shown"
        return f"{shown}: {refusal.message}"


def _document(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise UnreadableError("it sends what is no JSON") from None


def _bearable(refusal: Refusal, *, again: bool) -> bool:
    """A service that was started anew may get its streams later than its clients."""
    return again and refusal.code == "unknownStream"


def _skew(socket: ClientConnection) -> float:
    answer = socket.response
    date = None if answer is None else answer.headers.get("Date")
    if date is None:
        return 0.0
    try:
        skew = (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0
    return skew if abs(skew) > CLOCKS_AGREE else 0.0
