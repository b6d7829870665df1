"""Where a WHEP server may send us.

Never from https to http, and never from the internet into a private network: only the operator may name that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx

from stream.redaction import redact
from stream.source import SourceError


async def follow(shown: str, asked: httpx.URL, location: str) -> httpx.URL:
    """The address that `location` means, seen from `asked`; `shown` is the operator's address for messages.

    Raises `SourceError` where it must not be followed.
    """
    try:
        found = asked.join(location)
    except (httpx.InvalidURL, ValueError):
        raise _refused(shown, "an address that cannot be read") from None
    target = redact(str(found))
    if not location or found.scheme not in ("http", "https") or not found.host:
        raise _refused(shown, f"“{target}”, which is no web address")
    if (asked.scheme, found.scheme) == ("https", "http"):
        raise _refused(shown, f"“{target}”, where nothing would be encrypted")
    found = found.copy_with(userinfo=b"", fragment=None)
    if found.host != asked.host and await _is_private(found.host) and not await _is_private(asked.host):
        raise _refused(shown, f"“{target}”, which is in a private network")
    return found


async def _is_private(host: str) -> bool:
    """Whether any address of the host is not one of the internet."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global for *_, place in found)


def _refused(shown: str, where: str) -> SourceError:
    return SourceError(
        "protocol", f"{shown} points to {where}. That is not followed; write the address itself."
    )
