"""What an operator says of WebRTC: ports, ICE servers, addresses to announce."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

_ICE_URL = re.compile(r"(stun:[^\s?]+|turns?:[^\s?]+(\?transport=(udp|tcp))?)")


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server; each url is like `stun:host:3478` or `turn:host:3478?transport=udp`."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for url in self.urls:
            if not _ICE_URL.fullmatch(url):
                raise ValueError(
                    f"“{url}” is no ICE server; write stun:host:3478 or turn:host:3478?transport=udp."
                )


@dataclass(frozen=True, slots=True)
class WebRtcOptions:
    """`ports` are the first and the last UDP port; a session takes one of them, the same on every interface.

    `addresses` are further IP addresses announced to peers, for a service behind a NAT or in a container
    whose ports are mapped one to one. `sessions` is the most at once. With `loopback` nothing but 127.0.0.1
    and ::1 is bound and announced; with `local` all addresses are, for some programs connect over no others,
    but nothing is heard from other machines. Of the ICE servers, none by default, the first STUN and the
    first TURN server are asked.
    """

    ports: tuple[int, int] = (50000, 50199)
    ice_servers: tuple[IceServer, ...] = ()
    addresses: tuple[str, ...] = ()
    sessions: int = 100
    loopback: bool = False
    local: bool = False

    def __post_init__(self) -> None:
        first, last = self.ports
        if not 1 <= first <= last <= 65535:
            raise ValueError(
                f"{first}-{last} is no range of UDP ports; write the first and the last, both 1-65535."
            )
        for address in self.addresses:
            _check_announceable(address)


def _check_announceable(address: str) -> None:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        raise ValueError(f"“{address}” is no IP address, and only those can be announced to peers.") from None
    if ip.is_unspecified or ip.is_multicast:
        raise ValueError(f"{address} is nowhere a peer could send to; announce the address it reaches.")
