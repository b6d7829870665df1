"""Connections to addresses that somebody gave."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpcore

from web.outbound.guarded_network import GuardedNetwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.outbound.guarding import Guard

_IDLE = 4.0  # seconds: a connection goes before the usual servers (uvicorn, Node: 5 s) close it in its use
_MOST_IDLE = 100


@asynccontextmanager
async def connections(
    guard: Guard, trust: ssl.SSLContext | None = None
) -> AsyncIterator[httpcore.AsyncConnectionPool]:
    """Connections to where the guard lets them, closed at the end: HTTP/1.1, no proxies, cookies, redirects.

    Certificates must be signed by whom `trust`, else the system, trusts (SSL_CERT_FILE names others).
    """
    pool = httpcore.AsyncConnectionPool(
        ssl_context=trust or await asyncio.to_thread(ssl.create_default_context),  # reads many files
        max_connections=None,  # who uses them bounds them: the dispatcher each hook's, the API its fetches
        max_keepalive_connections=_MOST_IDLE,
        keepalive_expiry=_IDLE,
        network_backend=GuardedNetwork(guard),
    )
    async with pool:
        yield pool
