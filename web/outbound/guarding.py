"""What keeps requests to the public internet, and to what the operator allowed beyond it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Protocol

from web.outbound.address_kinds import plain, why_not_public
from web.outbound.targets import TargetRefusedError, read_target

if TYPE_CHECKING:
    from web.outbound.address_kinds import IpAddress
    from web.outbound.allowed import Allowed


class UnknownNameError(Exception):
    """No address is known for a name; the message is a sentence."""


class InnerAddressError(TargetRefusedError):
    """What is not on the public internet and was not allowed. The message is for the operator alone: who may
    have things fetched, and nothing else, could tell from it what is there.
    """


class Names(Protocol):
    async def addresses(self, host: str) -> list[str]:
        """All the IP addresses that a name stands for now, the best first; none where it is not known."""
        ...


class Guard:
    """Says which addresses a request may be sent to, each time that a connection is made.

    `setting` is the name of what lists those that are allowed.
    """

    def __init__(self, allowed: Allowed, names: Names, setting: str = "hooks.allow") -> None:
        self._allowed = allowed
        self._names = names
        self._setting = setting

    def check(self, url: str) -> None:
        """Raises `TargetRefusedError` where the address itself says already that it leads where it must not.

        What a name stands for may be different each time, so names are let pass.
        """
        target = read_target(url)
        if target.address is not None:
            self._check(target.address, f"{target.host} is")

    async def addresses(self, host: str) -> list[str]:
        """What to connect to for this host, without asking for its name again; never nothing.

        Raises `UnknownNameError`, and `TargetRefusedError` if only one of its addresses is none that requests
        may go to: a name that stands for a public and a private address is a trap.
        """
        try:
            found = [ipaddress.ip_address(host)]
        except ValueError:
            found = await self._named(host)
        else:
            self._check(found[0], f"{host} is")
        return [str(plain(address)) for address in found]

    async def _named(self, host: str) -> list[IpAddress]:
        found = [ipaddress.ip_address(text) for text in await self._names.addresses(host)]
        if not found:
            raise UnknownNameError(f"The name {host} is not known.")
        if not self._allowed.name(host):
            for address in found:
                self._check(address, f"The name {host} stands for {address},")
        return found

    def _check(self, address: IpAddress, what: str) -> None:
        kind = why_not_public(address)
        if kind and not self._allowed.address(address):
            raise InnerAddressError(
                f"{what} {kind}. Requests go there only where {self._setting} in the configuration lists it."
            )
