"""Where a service is: the addresses that are asked, and the one that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from semblance.failure import UsageFailure
from stream.redaction import redact

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


@dataclass(frozen=True, slots=True)
class Address:
    """`live` is the WebSocket's, `streams` that of the REST list, `shown` has no password in it."""

    live: str
    streams: str
    shown: str


def address_of(url: str) -> Address:
    """The addresses of a service, of which any page may be given; raises `UsageFailure`."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, or a port beyond 65535
        usable = False
    if not usable or parts.scheme not in _SCHEMES:
        raise UsageFailure(
            f"{redact(url)!r} is no address of a service; one looks like http://127.0.0.1:8484"
        )
    live = _SCHEMES[parts.scheme]
    plain = "https" if live == "wss" else "http"
    return Address(
        urlunsplit((live, parts.netloc, "/api/v1/live", "", "")),
        urlunsplit((plain, parts.netloc, "/api/v1/streams", "", "")),
        redact(urlunsplit((plain, parts.netloc, "", "", ""))),
    )
