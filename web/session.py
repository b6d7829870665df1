"""A session: one client of the live WebSocket, after its greeting and to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

from web.commands import Authenticate, RefusedCommandError, Subscribe, parse
from web.interests import Interests
from web.messages import encode, refusal_json
from web.pending import MOST_LASTING
from web.sending import Sending
from web.subscriber import Subscriber
from web.subscriptions import Subscriptions

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from web.auth import Tokens
    from web.catching_up import Past
    from web.feed import Feed
    from web.options import Limits
    from web.sending import Outlet, Turns
    from web.service import Service
    from web.subscriber import Figures

UNAUTHENTICATED = 4401
FORBIDDEN = 4403
TRY_AGAIN_LATER = 1013


class Session:
    """Runs on an accepted WebSocket until either side ends it."""

    def __init__(
        self,
        websocket: WebSocket,
        outlet: Outlet,
        turns: Turns,
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
        self._reason = ""
        self._listening = asyncio.timeout(None)
        self._sending = Sending(outlet, turns, limits.blocked_send, self._give_up_slow)
        interests = Interests(limits.streams)
        self._subscriber = Subscriber(
            feed, interests, figures, past, wake=self._sending.wake, overfull=self._give_up_behind
        )
        self._subscriptions = Subscriptions(service, interests, self._subscriber, preview_fps)

    async def run(self, *, authenticated: bool) -> None:
        if not authenticated and not await self._authenticate():
            return
        self._feed.attach(self._subscriber)
        self._sending.begin(self._subscriber.take_portion)
        try:
            async with self._listening:
                await self._listen()
        except TimeoutError:
            await self._end(TRY_AGAIN_LATER, self._reason)
        finally:
            self._sending.end()
            self._feed.detach(self._subscriber)

    async def _listen(self) -> None:
        """What the client says, and the past that it asks for, until it leaves."""
        past = None
        async with asyncio.TaskGroup() as group:
            while (text := await self._receive()) is not None:
                for remark in self._follow(text):
                    await self._subscriber.reply(encode(refusal_json(remark.code, str(remark))))
                if past is None and self._subscriber.has_resumed:
                    past = group.create_task(self._subscriber.read_past())
            if past is not None:
                past.cancel()

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

    def _give_up_slow(self) -> None:
        self._give_up("slow", f"Nothing was read for {self._limits.blocked_send:g} seconds.")

    def _give_up_behind(self) -> None:
        """More events and markers wait than may: none of them is dropped for another."""
        self._give_up("behind", f"{MOST_LASTING} events and markers waited and were not read.")

    def _give_up(self, kind: str, reason: str) -> None:
        if not self._reason:
            self._reason = reason
            self._figures.closed[kind] += 1
            self._listening.reschedule(asyncio.get_running_loop().time())

    async def _end(self, code: int, reason: str) -> bool:
        with suppress(WebSocketDisconnect):  # it may be gone already
            await self._websocket.close(code, reason)
        return False
