"""Where requests may go though it is not the public internet: what a setting lists."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from web.outbound.address_kinds import plain
from web.outbound.targets import TargetRefusedError, read_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web.outbound.address_kinds import IpAddress

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_IN_A_NAME = ":/?#@[]"
"""Where a port, a path or a password would begin."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """`names` may stand for any address."""

    networks: tuple[_Network, ...] = ()
    names: frozenset[str] = frozenset()

    def name(self, host: str) -> bool:
        return host.rstrip(".") in self.names

    def address(self, address: IpAddress) -> bool:
        return any(plain(address) in network for network in self.networks)


def read_allowed(entries: Iterable[str]) -> Allowed:
    """Reads networks (192.168.1.0/24), addresses and names of hosts; raises `ValueError` with a sentence."""
    networks: list[_Network] = []
    names: list[str] = []
    for entry in entries:
        found = _entry(entry)
        if isinstance(found, str):
            names.append(found)
        else:
            networks.append(found)
    return Allowed(tuple(networks), frozenset(names))


def _entry(entry: str) -> _Network | str:
    """Its network, or its name."""
    try:
        return ipaddress.ip_network(entry)
    except ValueError as error:
        if "host bits" in str(error):
            meant = ipaddress.ip_network(entry, strict=False)
            raise ValueError(f'"{entry}" is no network; the one it lies in is written {meant}.') from None
    try:
        if any(mark in entry for mark in _NOT_IN_A_NAME):
            raise _no_entry(entry)
        return read_target(f"http://{entry}/").host.rstrip(".")
    except TargetRefusedError:
        raise _no_entry(entry) from None


def _no_entry(entry: str) -> ValueError:
    return ValueError(
        f'"{entry}" is no network (192.168.1.0/24), no address (192.168.1.7) and no name of a host.'
    )
