"""Files fetched from addresses that somebody gave, each redirect looked at like the address before it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import httpcore

from web.outbound.answered import elsewhere, parts, why_refused
from web.outbound.fetch_failure import FetchError, TooLargeError
from web.outbound.guarding import InnerAddressError, UnknownNameError
from web.outbound.targets import TargetRefusedError, read_target
from web.outbound.unreached import FAILURES, why_unreached

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from web.outbound.answered import Part
    from web.outbound.targets import Target

__all__ = ["FetchError", "FetchLimits", "Fetcher", "Sink", "TooLargeError"]

_log = logging.getLogger(__name__)

_BLOCK = 1 << 18
"""Bytes that are written at once, and about all that is in memory of a download."""

_SLOW_START = 30.0
"""Seconds in which a download may be as slow as it likes."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds for a connection, for a silence, for all of a fetch and for all of a download.

    A download must come at so many bytes a second at least, but for its first half a minute.
    """

    connect: float = 10.0
    silence: float = 15.0
    fetch: float = 30.0
    download: float = 600.0
    slowest: int = 16_384
    redirects: int = 5


class Sink(Protocol):
    """Where a download goes, piece by piece; what it raises ends the download."""

    async def begin(self, length: int | None) -> None:
        """Something is there, of this length if the server has said it."""
        ...

    async def write(self, block: bytes) -> None:
        """The next piece of it."""
        ...


class Fetcher:
    """Gets what an address leads to, over guarded connections; `agent` tells servers who asks."""

    def __init__(
        self, pool: httpcore.AsyncConnectionPool, agent: str, limits: FetchLimits | None = None
    ) -> None:
        self._pool = pool
        self._agent = agent
        self._limits = limits or FetchLimits()

    async def fetch(self, url: str, limit_bytes: int) -> bytes:
        """All of it, in memory. Raises `FetchError`, and of those `TooLargeError`."""
        async with _within(self._limits.fetch), aclosing(self._answer(url, limit_bytes)) as answer:
            return b"".join([part.data async for part in answer])

    async def download(self, url: str, limit_bytes: int, sink: Sink) -> None:
        """All of it, little at once. Raises `FetchError`, of those `TooLargeError`, and what the sink raises;
        the sink then has what came until then.
        """
        async with _within(self._limits.download), aclosing(self._answer(url, limit_bytes)) as answer:
            block = bytearray()
            pace = _Pace(self._limits.slowest)
            begun = False
            async for part in answer:
                if not begun:
                    await sink.begin(part.length)
                    begun = True
                block += part.data
                if len(block) >= _BLOCK:
                    await sink.write(bytes(block))
                    block.clear()
                pace.check(len(part.data))
            if not begun:
                await sink.begin(0)
            await sink.write(bytes(block))

    async def _answer(self, url: str, limit_bytes: int) -> AsyncGenerator[Part, None]:
        """What is there, or where it redirects to."""
        target = _target(url)
        for _ in range(self._limits.redirects + 1):
            try:
                async with self._asked(target) as response:
                    place = elsewhere(response, url)
                    if place is None:
                        if refusal := why_refused(response, target.peer, limit_bytes):
                            raise refusal
                        async for part in parts(response, target.peer, limit_bytes):
                            yield part
                        return
            except (InnerAddressError, UnknownNameError) as error:
                _log.info("nothing was fetched from %s: %s", target.peer, error)
                raise FetchError(_leads_nowhere(target)) from None
            except FAILURES as error:
                raise FetchError(why_unreached(error, target.peer)) from None
            target, url = _target(place, target.peer), place
        raise FetchError(f"The address redirects more than {self._limits.redirects} times.")

    @asynccontextmanager
    async def _asked(self, target: Target) -> AsyncIterator[httpcore.Response]:
        headers = {
            "host": target.peer,
            "user-agent": self._agent,
            "accept": "*/*",
            "accept-encoding": "identity",
        }
        if target.authorization:
            headers["authorization"] = target.authorization
        silence = self._limits.silence
        waits = {"connect": self._limits.connect, "read": silence, "write": silence}
        async with self._pool.stream(
            "GET",
            httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=list(headers.items()),
            extensions={"timeout": waits},
        ) as response:
            yield response


class _Pace:
    """Counts what comes: a server that lets it drip would keep a place for as long as a download may take."""

    def __init__(self, slowest: int) -> None:
        self._slowest = slowest
        self._until = asyncio.get_running_loop().time() + _SLOW_START

    def check(self, size: int) -> None:
        """So many bytes more have come. Raises `FetchError`."""
        self._until += size / self._slowest
        if asyncio.get_running_loop().time() > self._until:
            raise FetchError("It comes too slowly.")


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise FetchError(f"It did not come whole within {seconds:g} s.") from None


def _leads_nowhere(target: Target) -> str:
    """The same whether there is such a name within this network or not: that is nobody's business."""
    if target.address is not None:
        return f"{target.host} is no public address."
    return f"The name {target.host} leads to no public address."


def _target(url: str, redirected_by: str | None = None) -> Target:
    try:
        return read_target(url)
    except TargetRefusedError as error:
        said = f"{redirected_by} redirects to where nothing is fetched from. " if redirected_by else ""
        raise FetchError(f"{said}{error}") from None
