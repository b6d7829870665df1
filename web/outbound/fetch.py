"""Files fetched from addresses that somebody gave, each redirect looked at like the address before it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore

from web.outbound.answered import elsewhere, parts, why_refused
from web.outbound.fetch_failure import FetchError, TooLargeError
from web.outbound.targets import TargetRefusedError, read_target
from web.outbound.unreached import FAILURES, why_unreached

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from pathlib import Path

    from web.outbound.answered import Part
    from web.outbound.targets import Target

__all__ = ["FetchError", "FetchLimits", "Fetcher", "TooLargeError"]

_BLOCK = 1 << 20
"""Bytes that are written to disk at once."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds for a connection, for a silence, for all of a fetch and for all of a download."""

    connect: float = 10.0
    silence: float = 15.0
    fetch: float = 30.0
    download: float = 600.0
    redirects: int = 5


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

    async def download(
        self, url: str, path: Path, limit_bytes: int, progress: Callable[[float], None]
    ) -> None:
        """All of it, into a file; `progress` is told the share done, 0 to 1, where the length is known.

        Raises `FetchError`, of those `TooLargeError`, and `OSError` where the file cannot be written; what
        came until then stays in it.
        """
        file = await asyncio.to_thread(path.open, "wb")
        try:
            async with _within(self._limits.download), aclosing(self._answer(url, limit_bytes)) as answer:
                block = bytearray()
                async for part in answer:
                    block += part.data
                    if len(block) >= _BLOCK:
                        await asyncio.to_thread(file.write, block)
                        block = bytearray()
                    if part.share is not None:
                        progress(part.share)
                await asyncio.to_thread(file.write, block)
        finally:
            await asyncio.to_thread(file.close)  # after a write that is still going on

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


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise FetchError(f"It did not come whole within {seconds:g} s.") from None


def _target(url: str, redirected_by: str | None = None) -> Target:
    try:
        return read_target(url)
    except TargetRefusedError as error:
        said = f"{redirected_by} redirects to where nothing is fetched from. " if redirected_by else ""
        raise FetchError(f"{said}{error}") from None
