"""The live WebSocket's door: who is let in, and under which limits."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from web.auth import bearer
from web.catching_up import BATCH, PAGE
from web.connection import outlet
from web.feed import KINDS
from web.messages import encode, session_json
from web.options import LARGEST_MESSAGE
from web.pending import BURST, MOST_LASTING
from web.problems import problem
from web.recent import EVENTS
from web.sending import Turns
from web.session import Session
from web.subscriber import REPLIES, Figures

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.websockets import WebSocket

    from inference.options import PreviewOptions
    from web.auth import Tokens
    from web.catching_up import Past
    from web.feed import Feed
    from web.options import Limits
    from web.service import Service

PATH = "/api/v1/live"
SUBPROTOCOL = "semblance.v1.json"


class Live:
    """Accepts clients of the live WebSocket and runs a session for each."""

    def __init__(
        self,
        service: Service,
        feed: Feed,
        tokens: Tokens,
        limits: Limits,
        preview: PreviewOptions,
        past: Past | None = None,
    ) -> None:
        self.figures = Figures()
        self._turns = Turns()
        self._service = service
        self._feed = feed
        self._tokens = tokens
        self._limits = limits
        self._preview = preview
        self._past = past

    @property
    def route(self) -> WebSocketRoute:
        return WebSocketRoute(PATH, self.accept, name="live")

    async def accept(self, websocket: WebSocket) -> None:
        token = bearer(websocket.headers.get("authorization"))
        refusal = self._refusal(websocket, token)
        if refusal is not None:
            await websocket.send_denial_response(refusal)
            return
        self.figures.clients += 1
        try:
            await self._run(websocket, authenticated=token is not None or not self._tokens.required)
        except WebSocketDisconnect:
            return  # it left during the greeting
        finally:
            self.figures.clients -= 1

    async def _run(self, websocket: WebSocket, *, authenticated: bool) -> None:
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        session = Session(
            websocket,
            outlet(websocket),
            self._turns,
            self._service,
            self._feed,
            self._tokens,
            self._limits,
            self.figures,
            self._preview.fps,
            self._past,
        )
        await websocket.send_text(self._greeting(authenticated=authenticated))
        await session.run(authenticated=authenticated)

    def _refusal(self, websocket: WebSocket, token: str | None) -> Response | None:
        offered = websocket.scope.get("subprotocols", [])
        if offered and SUBPROTOCOL not in offered:
            return problem(400, f"The only subprotocol spoken here is {SUBPROTOCOL}.")
        if token is not None and not self._tokens.accept(token):
            self.figures.closed["unauthorized"] += 1
            return problem(
                401,
                "This token is not one of the service's.",
                headers={"www-authenticate": 'Bearer error="invalid_token"'},
            )
        if self.figures.clients >= self._limits.clients:
            self.figures.closed["full"] += 1
            return problem(
                503, f"All {self._limits.clients} places are taken.", headers={"retry-after": "10"}
            )
        return None

    def _greeting(self, *, authenticated: bool) -> str:
        limits = self._limits_json(authenticated=authenticated)
        return encode(session_json(secrets.token_urlsafe(12), limits))

    def _limits_json(self, *, authenticated: bool) -> dict[str, object]:
        preview = self._preview
        return {
            "windows": [
                {
                    "name": window.name,
                    "length": window.length,
                    "interval": window.interval,
                    "weights": window.weights,
                }
                for window in self._service.windows
            ],
            "messages": list(KINDS),
            "maxMessageSize": LARGEST_MESSAGE,
            "maxStreams": self._limits.streams,
            "preview": {"fps": preview.fps, "width": preview.width, "mode": preview.mode},
            "queue": {
                "perWindow": BURST,
                "readings": 1,
                "previews": 1,
                "replies": REPLIES,
                "events": MOST_LASTING,
                "resumed": BATCH + PAGE,
            },
            "resume": {"events": EVENTS, "history": self._past is not None},
            "authenticateWithin": self._limits.authenticate_within,
            "blockedSend": self._limits.blocked_send,
            "mustAuthenticate": not authenticated,
        }
