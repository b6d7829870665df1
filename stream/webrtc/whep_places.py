"""Where a request goes: a URL, and the IP address that its host stands for."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Final, TypeAlias

import httpx

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_LAST_PORT = 65535
_NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "192.0.0.0/24",
        "100.100.100.200/32",  # metadata of virtual machines: Alibaba,
        "168.63.129.16/32",  # Azure,
        "fd00:ec2::/32",  # Amazon; the others have link-local ones
        "::/96",  # all that follow hold an IPv4 address, which may be any of the above
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """`address` is what is connected to, whatever a name server says later; `None` for what `url` names."""

    url: httpx.URL
    address: str | None = None

    @property
    def origin(self) -> tuple[str, bytes, int | None]:
        return self.url.scheme, self.url.raw_host, self.url.port

    def request(
        self, client: httpx.AsyncClient, method: str, headers: dict[str, str], body: str
    ) -> httpx.Request:
        """Asks that address for that host, whose certificate it has to have."""
        url = self.url if self.address is None else self.url.copy_with(host=self.address)
        return client.build_request(
            method,
            url,
            content=body.encode(),
            headers={"Host": self.url.netloc.decode("ascii"), **headers},
            extensions={"sni_hostname": self.url.raw_host.decode("ascii")},
        )


def read_url(text: str, seen_from: httpx.URL | None = None) -> httpx.URL:
    """A URL whose host and port could be; raises `ValueError`."""
    try:
        url = seen_from.join(text) if seen_from else httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from None
    url.host  # noqa: B018 - reading it is what checks it
    url.raw_host.decode("ascii").encode("idna")  # as a name server is asked
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ValueError(f"There is no port {url.port}.")
    return url


async def reachable(host: str, answered: str) -> str | None:
    """The address of `host` that a server at `answered` may send us to; `None` if it has none such.

    Its own; no loopback, link-local or metadata address, and a private one only if its own is private.
    """
    own = _read(answered)
    for text in await _resolved(host):
        address = _read(text)
        if address == own or (_is_a_place(address) and (address.is_global or not own.is_global)):
            return text
    return None


async def _resolved(host: str) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):  # no such name, and none that can be
        return []
    return [str(place[0]) for *_, place in found]


def _read(address: str) -> _Address:
    return ipaddress.ip_address(address.partition("%")[0])


def _is_a_place(address: _Address) -> bool:
    return not (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
        or address.is_reserved
        or any(address in network for network in _NEVER)
    )
