"""Which IP addresses are no places of the public internet, and what kind of address each is."""

from __future__ import annotations

import ipaddress
from typing import Final, TypeAlias

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out for hosts to be reached at."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""The last 32 bits are the IPv4 address that a gateway leads to: networks of IPv6 alone reach IPv4 so."""

# After IANA's registries of special-purpose addresses. Not `is_global`: what it says changes with Python's
# patch releases, and forms that hold an IPv4 address count as global. The first that fits is the one told.
_KINDS: Final = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("169.254.169.254/32", "the address of a cloud's metadata"),
        ("100.100.100.200/32", "the address of a cloud's metadata"),
        ("168.63.129.16/32", "the address of a cloud's metadata"),
        ("192.0.0.192/32", "the address of a cloud's metadata"),
        ("fd00:ec2::/32", "the address of a cloud's metadata"),
        ("fd20:ce::/32", "the address of a cloud's metadata"),
        ("0.0.0.0/8", "no address of another host"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address of a provider's inner network"),
        ("127.0.0.0/8", "a loopback address"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "an address for protocols"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "an address of 6to4 relays"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "no address of another host"),
        ("::1/128", "a loopback address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("ff00::/8", "a multicast address"),
        ("2001::/23", "an address for protocols"),  # Teredo's among them, which hold IPv4 addresses
        ("2001:db8::/32", "an address for documentation"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "an address for documentation"),
    )
)


def plain(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv4-mapped one (::ffff:1.2.3.4) is to the system; any other as it is."""
    return getattr(address, "ipv4_mapped", None) or address


def why_not_public(address: IpAddress) -> str | None:
    """What kind of address this is, if it is no place of the public internet ("a private address")."""
    address = plain(address)
    if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
        return why_not_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    for network, kind in _KINDS:
        if address in network:
            return kind
    if address.version == 6 and address not in _PUBLIC_V6:
        return "a reserved address"
    return None
