"""Who may call the Emotion API, and how often: subscription keys, which are the service's tokens."""

from __future__ import annotations

import asyncio
import math
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TYPE_CHECKING

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, APIKeyQuery, HTTPBearer

from web.auth import bearer
from web.emotion.envelopes import EmotionError
from web.emotion.query import values
from web.emotion.rates import Rates

if TYPE_CHECKING:
    from web.auth import Tokens

HEADER = "Ocp-Apim-Subscription-Key"
QUERY = "subscription-key"

_KEY = "A token of auth.tokens."


class Admission:
    """`asked` and `counted` are dependencies of routes: a key is asked for, and the call is counted besides.

    Without tokens nothing is asked, whatever key a client brings along.
    """

    def __init__(self, tokens: Tokens, calls_per_minute: int | None) -> None:
        self._tokens = tokens
        self._rates = Rates(calls_per_minute) if calls_per_minute else None
        schemes = (
            APIKeyHeader(name=HEADER, scheme_name="subscriptionKey", description=_KEY, auto_error=False),
            APIKeyQuery(name=QUERY, scheme_name="subscriptionKeyInQuery", description=_KEY, auto_error=False),
            HTTPBearer(scheme_name="token", description=_KEY, auto_error=False),
        )
        self.asked = [*(Depends(scheme) for scheme in schemes), Depends(self._ask)]
        self.counted = [*self.asked, Depends(self._count)]

    async def _ask(self, request: Request) -> None:
        self.caller(request)

    async def _count(self, request: Request) -> None:
        if self._rates is None:
            return
        seconds = self._rates.take(self.caller(request), asyncio.get_running_loop().time())
        if seconds > 0:
            raise too_many("Rate limit is exceeded.", seconds)

    def caller(self, request: Request) -> str:
        """What the caller's calls are counted under. Raises the 401."""
        if not self._tokens.required:
            return _neighbourhood(request.client.host) if request.client else ""
        given = keys(request)
        for key in given:
            if self._tokens.accept(key):
                return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        said = "This key is not one of the service's tokens" if given else "A key is needed"
        challenge = {"www-authenticate": "Bearer"}
        raise EmotionError(401, "Unauthorized", f"{said}; send a token as {HEADER}.", challenge)


def keys(request: Request) -> list[str]:
    """Every key that came along, in whichever of the ways."""
    in_query = values(request, QUERY)
    given = [*request.headers.getlist(HEADER), *in_query, bearer(request.headers.get("authorization")) or ""]
    return [key.strip() for key in given if key.strip()]


def _neighbourhood(host: str) -> str:
    """Of an IPv6 address its network: everybody has 2**64 of them."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return host
    return str(ip_network((int(address), 64), strict=False))


def too_many(why: str, seconds: float) -> EmotionError:
    """The 429, with the whole seconds after which trying again is of use."""
    wait = max(1, math.ceil(seconds))
    unit = "second" if wait == 1 else "seconds"
    message = f"{why} Try again in {wait} {unit}."
    return EmotionError(429, "RateLimitExceeded", message, {"retry-after": str(wait)})
