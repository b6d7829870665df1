"""Where a WHEP server may send us.

Never from https to http, to this machine or its link, and never from the internet into a private network:
only the operator may name that. A session is only where its answer came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.redaction import redact
from stream.source import SourceError
from stream.webrtc.whep_places import Place, reachable, read_url

if TYPE_CHECKING:
    import httpx

_LONGEST_TARGET = 160


async def follow(shown: str, asked: Place, location: str) -> Place:
    """The place that `location` means, as the server at `asked`, whose address is known, has written it.

    `shown` is the operator's address, for messages. Raises `SourceError` where it must not be followed.
    """
    found, target = _found(shown, asked.url, location)
    if (asked.url.scheme, found.scheme) == ("https", "http"):
        raise _refused(shown, f"“{target}”, where nothing would be encrypted")
    address = await reachable(found.raw_host.decode(), asked.address or "")
    if address is None:
        raise _refused(shown, f"“{target}”, which is not there, or on this machine or in a private network")
    return Place(found, address)


def find_session(shown: str, asked: Place, location: str) -> Place:
    """The session that `location` means; raises `SourceError` if that is not on the server that was asked."""
    found, target = _found(shown, asked.url, location)
    session = Place(found, asked.address)
    if session.origin != asked.origin:
        raise _refused(shown, f"a session on another server, “{target}”")
    return session


def _found(shown: str, asked: httpx.URL, location: str) -> tuple[httpx.URL, str]:
    """The URL, and how it is shown."""
    try:
        found = read_url(location, asked)
    except ValueError:
        raise _refused(shown, "an address that cannot be read") from None
    target = redact(str(found))[:_LONGEST_TARGET]
    if not location or found.scheme not in ("http", "https") or not found.host:
        raise _refused(shown, f"“{target}”, which is no web address")
    return found.copy_with(userinfo=b"", fragment=None), target


def _refused(shown: str, where: str) -> SourceError:
    return SourceError(
        "protocol", f"{shown} points to {where}. That is not followed; write the address itself."
    )
