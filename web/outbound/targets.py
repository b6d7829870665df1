"""Where a request goes: what may be written as an address, taken apart."""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from stream.redaction import HIDDEN

if TYPE_CHECKING:
    from web.outbound.address_kinds import IpAddress

LONGEST = 2048
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65535
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,254}}$){_LABEL}(\.{_LABEL})*\.?")
_ENDS_IN_A_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$")


class TargetRefusedError(ValueError):
    """No request may go there; the message is a sentence without credentials."""


@dataclass(frozen=True, slots=True)
class Target:
    """`host` is a name in lower-case ASCII, or an IP address, which `address` then is too.

    `path` is what a request asks for, with its query; `authorization` is the header that it carries.
    """

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)
    address: IpAddress | None
    authorization: str | None = field(repr=False)

    @property
    def peer(self) -> str:
        """Host and port, with the port left out where the scheme says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """The address without what may be secret: many services know their callers by the path alone."""
        path = "" if self.path == "/" else f"/{HIDDEN}"
        return f"{self.scheme}://{self.peer}{path}"


def read_target(url: str) -> Target:
    """Takes an address apart; raises `TargetRefusedError` for one that no request can go to."""
    read = _read(url)
    if read.scheme not in _PORTS:
        raise TargetRefusedError("An address starts with http:// or https://.")
    port = _PORTS[read.scheme] if read.port is None else read.port
    if not 0 < port <= _LAST_PORT:
        raise TargetRefusedError(f"There is no port {port}; ports go from 1 to {_LAST_PORT}.")
    host = read.raw_host.decode("ascii")
    return Target(
        read.scheme, host, port, read.raw_path.decode("ascii"), _literal(host), _authorization(read)
    )


def check_target(url: str) -> None:
    """Raises `TargetRefusedError`, a `ValueError`, for an address that no request can go to."""
    read_target(url)


def _read(url: str) -> httpx.URL:
    """No two programs agree on an address with a second @, a backslash or a blank in it."""
    if len(url) > LONGEST:
        raise TargetRefusedError(f"An address has at most {LONGEST} characters, not {len(url)}.")
    authority = re.split(r"[/?#]", url.partition("//")[2], maxsplit=1)[0]
    if "\\" in url or authority.count("@") > 1 or any(letter.isspace() for letter in url):
        raise TargetRefusedError(
            "An address holds no blank, no backslash and one @ at most; "
            "in a user or password they are written %20, %5C and %40."
        )
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):  # its words repeat parts of the address
        raise TargetRefusedError("This is no address; one looks like https://example.org/hook.") from None


def _literal(host: str) -> IpAddress | None:
    """The IP address that is written there; `None` for a name."""
    if ":" in host:
        address = ipaddress.IPv6Address(host)
        if address.scope_id is not None:
            raise TargetRefusedError(f"{host} names a zone, which only this machine knows; leave it out.")
        return address
    if not _ENDS_IN_A_NUMBER.search(host):
        if not _NAME.fullmatch(host):
            raise TargetRefusedError(f'"{host}" is no name of a host.')
        return None
    try:
        return ipaddress.IPv4Address(host)
    except ValueError:
        raise TargetRefusedError(
            f'"{host}" is no name of a host; an IPv4 address is written with four numbers, like 203.0.113.7.'
        ) from None


def _authorization(url: httpx.URL) -> str | None:
    if not url.userinfo:
        return None
    if not url.username or not url.password:
        raise TargetRefusedError("What stands before the @ in an address is user:password.")
    return "Basic " + b64encode(f"{url.username}:{url.password}".encode()).decode()
