"""The gate every request passes: Host, Origin and size are checked, security headers are added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from web.auth import is_loopback
from web.headers import security_headers
from web.incoming import BodyLimit, Incoming, length
from web.problems import told

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.cross_origin import CrossOrigin

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")


class Gate:
    """ASGI middleware. `hosts` are the names the service answers to, `None` for any; `limits` are those of
    bodies that may be longer than messages are, by their path.

    A page of another site can make a browser send requests here. It may not use the live WebSocket nor
    anything that changes something, but for what `elsewhere` allows; and a name it controls that resolves to
    this machine (DNS rebinding) is refused by the Host check.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] | None,
        limits: Mapping[str, BodyLimit],
        elsewhere: CrossOrigin,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._limits = limits
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = _HOST.fullmatch(headers.get("host", ""))
        limit = self._limits.get(scope["path"], BodyLimit())
        refusal = self._refusal(scope, headers, host, limit)
        readable = self._elsewhere.headers(scope["path"], headers)
        if scope["type"] == "http":
            incoming = Incoming(scope, receive, limit)
            receive, send = incoming.receive, incoming.answering(send)
        if refusal is not None:
            await _refuse(refusal, security_headers("") | readable, scope, receive, send)
            return
        if scope["type"] == "http":
            extra = security_headers(host.group() if host else "", scope["path"])
            send = _with_headers(send, extra | readable)
        await self._app(scope, receive, send)

    def _refusal(
        self, scope: Scope, headers: Headers, host: re.Match[str] | None, limit: BodyLimit
    ) -> HTTPException | None:
        if host is None:
            return HTTPException(400, "The Host header is missing or is not a host's name.")
        if not self._answers_to(host["name"]):
            return HTTPException(
                421,
                f"This service does not answer to the name {host['name']!r}; use localhost, "
                "or add the name to server.hosts.",
            )
        if _is_guarded(scope) and not (self._is_own(headers, host) or self._elsewhere.allows(scope["path"])):
            return HTTPException(
                403, "A page of another origin may not do this; add it to server.origins if it shall."
            )
        return limit.exceeded() if length(headers) > limit.size else None

    def _answers_to(self, name: str) -> bool:
        return self._hosts is None or is_loopback(name) or name.lower() in self._hosts

    def _is_own(self, headers: Headers, host: re.Match[str]) -> bool:
        """Whether the request comes from a page of this service, or from no page at all."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        if origin.lower() in self._elsewhere.origins:
            return True
        try:
            page = urlsplit(origin)
            port = page.port or _DEFAULT_PORTS.get(page.scheme, 0)
        except ValueError:
            return False
        here = int(host["port"] or _DEFAULT_PORTS.get(page.scheme, 0))
        return bool(page.hostname) and (page.hostname, port) == (host["name"].strip("[]").lower(), here)


def _is_guarded(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS


async def _refuse(
    error: HTTPException, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Before the handshake a WebSocket is refused by the same HTTP answer, where the server can."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    error.headers = {**(error.headers or {}), **headers}
    await told(scope["path"], error)(scope, receive, send)


def _with_headers(send: Send, extra: dict[str, str]) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(extra)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked
