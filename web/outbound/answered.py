"""What a server's answer to a fetch holds: its body in parts, another address, or a refusal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from web.outbound.fetch_failure import FetchError, too_large

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpcore

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PLAIN = frozenset({"", "identity"})
_FREE_PARTS, _LEAST_PART = 1000, 64
"""Parts of any size, and how many bytes each further one has on the average: a part costs what it costs."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a body; `length` is that of all of it, where the server has said it."""

    data: bytes
    length: int | None


def elsewhere(response: httpcore.Response, url: str) -> str | None:
    """The address that a redirect names, relative to the one that was asked; not looked at yet."""
    location = _header(response, b"location")
    if response.status not in _REDIRECTS or location is None:
        return None
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError):
        return location  # which is refused when it is looked at


def why_refused(response: httpcore.Response, peer: str, limit_bytes: int) -> FetchError | None:
    if response.status != HTTPStatus.OK:
        return FetchError(f"{peer} answered with {_named(response.status)}.")
    packed = _header(response, b"content-encoding") or ""
    if packed.strip().lower() not in _PLAIN:
        return FetchError(f"{peer} sends it packed ({packed[:20]}), though it was asked not to.")
    return too_large(peer, limit_bytes) if (_length(response) or 0) > limit_bytes else None


async def parts(response: httpcore.Response, peer: str, limit_bytes: int) -> AsyncGenerator[Part, None]:
    """Raises `TooLargeError` as soon as more has come than is taken, and `FetchError`."""
    length, come, count = _length(response), 0, 0
    async for data in response.aiter_stream():
        come += len(data)
        count += 1
        if come > limit_bytes:
            raise too_large(peer, limit_bytes)
        if come < (count - _FREE_PARTS) * _LEAST_PART:
            raise FetchError(f"{peer} sends it in crumbs.")
        yield Part(data, length)
        await asyncio.sleep(0)  # hundreds of tiny parts may have come at once


def _length(response: httpcore.Response) -> int | None:
    length = _header(response, b"content-length")
    return None if length is None else int(length)


def _header(response: httpcore.Response, name: bytes) -> str | None:
    values = (value for key, value in response.headers if key.lower() == name)
    found = next(values, None)
    return None if found is None else found.decode("utf-8", "replace")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"
