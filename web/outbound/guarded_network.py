"""The network as requests see it: every connection goes to an address that was checked for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias

import httpcore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpcore import AsyncNetworkStream

    from web.outbound.guarding import Guard

    SocketOption: TypeAlias = (
        tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
    )

MOST_ADDRESSES = 4
"""Of a name with more, no further ones are tried."""


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to the very addresses that the guard has let pass, one after another until one answers.

    Raises `TargetRefusedError` and `UnknownNameError`, which httpcore lets through, beside its own errors.
    """

    def __init__(self, guard: Guard, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout) as limit:
                addresses = (await self._guard.addresses(host))[:MOST_ADDRESSES]
                *others, last = addresses
                for left, address in zip(range(len(addresses), 1, -1), others, strict=True):
                    try:
                        return await self._network.connect_tcp(
                            address, port, _share(limit, left), local_address, socket_options
                        )
                    except (httpcore.ConnectError, httpcore.ConnectTimeout):
                        continue  # the next one may answer
                return await self._network.connect_tcp(last, port, None, local_address, socket_options)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host}:{port}") from None

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[SocketOption] | None = None,
    ) -> AsyncNetworkStream:
        raise NotImplementedError("Requests go to hosts, never to a socket in the file system.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _share(limit: asyncio.Timeout, ways: int) -> float | None:
    """The seconds that are left, divided among those still to be tried."""
    until = limit.when()
    return None if until is None else (until - asyncio.get_running_loop().time()) / ways
