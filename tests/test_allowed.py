"""What `hooks.allow` may list, and what is said of what it may not."""

from __future__ import annotations

import ipaddress

import pytest

from web.outbound.allowed import read_allowed


def test_networks_addresses_and_names_are_read() -> None:
    allowed = read_allowed(["192.168.1.0/24", "10.0.0.5", "fd00::/8", "Hooks.Example.", "münchen.example"])
    assert allowed.networks == (
        ipaddress.ip_network("192.168.1.0/24"),
        ipaddress.ip_network("10.0.0.5/32"),
        ipaddress.ip_network("fd00::/8"),
    )
    assert allowed.names == {"hooks.example", "xn--mnchen-3ya.example"}


def test_a_network_is_written_by_its_first_address() -> None:
    with pytest.raises(
        ValueError, match=r'"192\.168\.1\.7/24" is no network; .* is written 192\.168\.1\.0/24'
    ):
        read_allowed(["192.168.1.7/24"])


@pytest.mark.parametrize(
    "entry", ["", "*", "127.1", "0x7f.1", "host:80", "http://host", "host/path", "me@host", "[::1]", "a b"]
)
def test_anything_else_is_a_mistake(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is no network .* no address .* and no name of a host"):
        read_allowed([entry])
