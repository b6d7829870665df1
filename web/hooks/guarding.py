"""What keeps webhooks to the public internet, and to what the operator allowed beyond it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Protocol

from web.hooks.address_kinds import plain, why_not_public
from web.hooks.targets import TargetRefusedError, read_target

if TYPE_CHECKING:
    from web.hooks.address_kinds import IpAddress
    from web.hooks.allowed import Allowed

_WAY_OUT = "Webhooks go there only where hooks.allow in the configuration lists it."


class UnknownNameError(Exception):
    """No address is known for a name; the message is a sentence."""


class Names(Protocol):
    async def addresses(self, host: str) -> list[str]:
        """All the IP addresses that a name stands for now, the best first; none where it is not known."""
        ...


class Guard:
    """Says which addresses a webhook may be sent to, each time that a connection is made."""

    def __init__(self, allowed: Allowed, names: Names) -> None:
        self._allowed = allowed
        self._names = names

    def check(self, url: str) -> None:
        """Raises `TargetRefusedError` where the address itself says already that it leads where it must not.

        What a name stands for may be different each time, so names are let pass.
        """
        target = read_target(url)
        if target.address is not None and (kind := self._refusal(target.address)):
            raise TargetRefusedError(f"{target.host} is {kind}. {_WAY_OUT}")

    async def addresses(self, host: str) -> list[str]:
        """What to connect to for this host, without asking for its name again; never nothing.

        Raises `UnknownNameError`, and `TargetRefusedError` if only one of its addresses is none that webhooks
        may go to: a name that stands for a public and a private address is a trap.
        """
        found = await self._resolved(host)
        if not found:
            raise UnknownNameError(f"The name {host} is not known.")
        if not self._allowed.name(host):
            self._refuse(host, found)
        return [str(plain(address)) for address in found]

    async def _resolved(self, host: str) -> list[IpAddress]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            return [ipaddress.ip_address(text) for text in await self._names.addresses(host)]

    def _refuse(self, host: str, found: list[IpAddress]) -> None:
        for address in found:
            if kind := self._refusal(address):
                what = f"{host} is" if str(address) == host else f"The name {host} stands for {address},"
                raise TargetRefusedError(f"{what} {kind}. {_WAY_OUT}")

    def _refusal(self, address: IpAddress) -> str | None:
        return None if self._allowed.address(address) else why_not_public(address)
