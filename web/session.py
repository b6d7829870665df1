"""A session: one client of the live WebSocket, from its greeting to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

from web.commands import Authenticate, RefusedCommandError, Subscribe, parse
from web.interests import Interests
from web.messages import encode, refusal_json, session_json
from web.pending import MOST_LASTING
from web.subscriber import Subscriber
from web.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.websockets import WebSocket

    from web.auth import Tokens
    from web.catching_up import Past
    from web.feed import Feed, Message
    from web.options import Limits
    from web.service import Service
    from web.subscriber import Figures

UNAUTHENTICATED = 4401
FORBIDDEN = 4403
TRY_AGAIN_LATER = 1013

ENDLESS = float("inf")


class Session:
    """Runs on an accepted WebSocket until either side ends it."""

    def __init__(
        self,
        websocket: WebSocket,
        service: Service,
        feed: Feed,
        tokens: Tokens,
        limits: Limits,
        figures: Figures,
        preview_fps: float,
        past: Past | None,
    ) -> None:
        self._websocket = websocket
        self._feed = feed
        self._tokens = tokens
        self._limits = limits
        self._figures = figures
        self._sending_since = ENDLESS
        interests = Interests(limits.streams)
        self._subscriber = Subscriber(feed, interests, figures, past)
        self._subscriptions = Subscriptions(service, interests, self._subscriber, preview_fps)

    async def run(self, name: str, limits: Mapping[str, object], *, authenticated: bool) -> None:
        await self._websocket.send_text(encode(session_json(name, limits)))
        if not authenticated and not await self._authenticate():
            return
        self._feed.attach(self._subscriber)
        try:
            async with asyncio.TaskGroup() as group:
                parts = (
                    self._receive_all(),
                    self._send_all(),
                    self._subscriber.read_past(),
                    self._watch(),
                    self._watch_events(),
                )
                tasks = [group.create_task(part) for part in parts]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
        finally:
            self._feed.detach(self._subscriber)

    async def _authenticate(self) -> bool:
        """The first message must bring a token, and soon."""
        if await self._has_token():
            return True
        self._figures.closed["unauthorized"] += 1
        return False

    async def _has_token(self) -> bool:
        seconds = self._limits.authenticate_within
        try:
            async with asyncio.timeout(seconds):
                text = await self._receive()
        except TimeoutError:
            return await self._end(UNAUTHENTICATED, f"No token came within {seconds:g} seconds.")
        if text is None:
            return False
        try:
            command = parse(text)
        except RefusedCommandError:
            command = None
        if not isinstance(command, Authenticate):
            return await self._end(UNAUTHENTICATED, "The first message must be authenticate, with a token.")
        if not self._tokens.accept(command.token.get_secret_value()):
            return await self._end(FORBIDDEN, "This token is not one of the service's.")
        return True

    async def _receive_all(self) -> None:
        while (text := await self._receive()) is not None:
            for remark in self._follow(text):
                await self._subscriber.reply(encode(refusal_json(remark.code, str(remark))))

    def _follow(self, text: str) -> list[RefusedCommandError]:
        """What is to be answered to a message."""
        try:
            command = parse(text)
            if isinstance(command, Subscribe):
                return self._subscriptions.subscribe(command)
            if isinstance(command, Authenticate):
                return self._check_again(command)
            self._subscriptions.unsubscribe(command)
            return []
        except RefusedCommandError as refusal:
            return [refusal]

    def _check_again(self, command: Authenticate) -> list[RefusedCommandError]:
        if self._tokens.accept(command.token.get_secret_value()):
            return []
        return [
            RefusedCommandError("forbidden", "This token is not one of the service's; the first one holds.")
        ]

    async def _receive(self) -> str | None:
        """The text of the next message, `None` at the end. A binary one counts as empty text."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        return message.get("text") or ""

    async def _send_all(self) -> None:
        now = asyncio.get_running_loop().time
        with suppress(WebSocketDisconnect):
            while True:
                message = await self._subscriber.next()
                self._sending_since = now()
                await self._send(message)
                self._sending_since = ENDLESS

    async def _send(self, message: Message) -> None:
        if isinstance(message, bytes):
            await self._websocket.send_bytes(message)
        else:
            await self._websocket.send_text(message)

    async def _watch(self) -> None:
        """Ends when a message has waited too long for the client to read; cheaper than a timer for each."""
        now = asyncio.get_running_loop().time
        seconds = self._limits.blocked_send
        while now() - self._sending_since < seconds:  # noqa: ASYNC110 - what is waited for is that nothing happens
            await asyncio.sleep(seconds / 8)
        self._figures.closed["slow"] += 1
        await self._end(TRY_AGAIN_LATER, f"Nothing was read for {seconds:g} seconds.")

    async def _watch_events(self) -> None:
        """Ends when more events and markers wait than may: none of them is dropped for another."""
        await self._subscriber.overfull()
        self._figures.closed["behind"] += 1
        await self._end(TRY_AGAIN_LATER, f"{MOST_LASTING} events and markers waited and were not read.")

    async def _end(self, code: int, reason: str) -> bool:
        with suppress(WebSocketDisconnect):  # it may be gone already
            await self._websocket.close(code, reason)
        return False
