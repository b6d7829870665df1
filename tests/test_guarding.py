"""Requests reach the public internet and what is allowed, however an address is written or resolved."""

from __future__ import annotations

import ipaddress
import re

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_names import FakeNames, FakeNetwork
from web.outbound.address_kinds import why_not_public
from web.outbound.allowed import read_allowed
from web.outbound.guarded_network import MOST_ADDRESSES, GuardedNetwork
from web.outbound.guarding import Guard, UnknownNameError
from web.outbound.targets import TargetRefusedError, read_target

PUBLIC = ["93.184.215.14", "2606:4700:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]

HOSTILE_ADDRESSES = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]

HOSTILE_SPELLINGS = [
    "http://0/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0x7f.1/",
    "http://0x7F.0x0.0x0.0x1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1../",
    "http://127.0.0.01/",
    "http://256.256.256.256/",
    "http://127.0.0.1.1/",
    "http://１２７.０.０.１/",  # noqa: RUF001
    "http://127。0。0。1/",
    "http://127．0．0．1/",  # noqa: RUF001
    "http://①②⑦.0.0.1/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://127.0.0.%31/",
    "http://%31%32%37.0.0.1/",
    "http://good@127.0.0.1/",
    "http://good.example:pass@127.0.0.1/",
    "http://good.example@evil@127.0.0.1/",
    "http://127.0.0.1\\@good.example/",
    "http://good.example\\@127.0.0.1/",
    "http://good.example\t@127.0.0.1/",
    "http://good.example @127.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::FFFF:7F00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[fe80::1%25lo]/",
    "http://[fe80::1%lo]/",
    "http://[::1%25lo]/",
    "http://[v1.127.0.0.1]/",
    "http://[::1/",
    "http://[::1].good.example/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1:80",
    "http://",
    "http://?host=good.example",
    "http://good.example:0/",
    "http://good.example:65536/",
    "http://good.example:80:80/",
    "http://good..example/",
    "http://-good.example/",
    "http://*/",
    "http://$(id)/",
    "ftp://good.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "unix:///run/docker.sock",
    "http+unix://%2Frun%2Fdocker.sock/",
    "javascript:alert(1)",
    "",
    "http://good.example/" + "a" * 3000,
    "http://" + "a" * 64 + ".example/",
]


def guard(*allowed: str, **names: list[str]) -> Guard:
    """Names are written with _ for the dot; each stands for the same addresses at each asking."""
    known = {name.replace("_", "."): [addresses] for name, addresses in names.items()}
    return Guard(read_allowed(allowed), FakeNames(known))


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
async def test_no_name_leads_to_a_hostile_address(address: str) -> None:
    with pytest.raises(TargetRefusedError, match=r"The name evil\.example stands for"):
        await guard(evil_example=[address]).addresses("evil.example")


@pytest.mark.parametrize("address", [each for each in HOSTILE_ADDRESSES if "%" not in each])
async def test_a_hostile_address_is_refused_as_it_is_written(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(TargetRefusedError, match=r"only where hooks\.allow in the configuration lists it"):
        guard().check(f"http://{host}/")
    with pytest.raises(TargetRefusedError, match=rf"^{re.escape(address)} is"):
        await guard().addresses(address)


@pytest.mark.parametrize("url", HOSTILE_SPELLINGS)
def test_no_odd_spelling_gets_past(url: str) -> None:
    with pytest.raises(TargetRefusedError) as refused:
        guard().check(url)
    assert "pass" not in str(refused.value).replace("password", "")


@pytest.mark.parametrize("address", PUBLIC)
async def test_public_addresses_need_no_word(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address)) is None
    guard().check(f"http://[{address}]:8080/" if ":" in address else f"http://{address}:8080/")
    [found] = await guard(good_example=[address]).addresses("good.example")
    assert found == address.removeprefix("::ffff:")


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("10.0.0.0/8", "10.9.8.7"),
        ("::1", "::1"),
        ("fd00::/8", "fd12::7"),
        ("fe80::/10", "fe80::1%lo"),
        ("intern.example", "192.168.0.7"),
        ("Intern.Example.", "192.168.0.7"),
    ],
)
async def test_what_is_allowed_passes(allowed: str, address: str) -> None:
    assert await guard(allowed, intern_example=[address]).addresses("intern.example")


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("127.0.0.1", "127.0.0.2"),
        ("127.0.0.1", "64:ff9b::127.0.0.1"),
        ("127.0.0.1", "2002:7f00:1::"),
        ("10.0.0.0/8", "192.168.0.1"),
        ("example", "192.168.0.1"),
        ("other.intern.example", "192.168.0.1"),
    ],
)
async def test_what_is_allowed_allows_nothing_else(allowed: str, address: str) -> None:
    with pytest.raises(TargetRefusedError):
        await guard(allowed, intern_example=[address]).addresses("intern.example")


async def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(TargetRefusedError, match=r"stands for 10\.0\.0\.1, a private address"):
        await guard(trap_example=["93.184.215.14", "10.0.0.1"]).addresses("trap.example")
    with pytest.raises(TargetRefusedError, match="stands for ::1, a loopback address"):
        await guard("127.0.0.1", trap_example=["127.0.0.1", "::1"]).addresses("trap.example")


async def test_a_name_that_nobody_knows_is_said() -> None:
    with pytest.raises(UnknownNameError, match=r"The name nowhere\.example is not known\."):
        await guard().addresses("nowhere.example")


def test_the_name_of_a_host_is_let_pass_until_it_is_connected_to() -> None:
    guard().check("https://localhost/hook")
    assert read_target("https://BÜCHER.example/").host == "xn--bcher-kva.example"


async def asked(network: GuardedNetwork, url: str = "http://hooks.example/") -> int:
    async with httpcore.AsyncConnectionPool(network_backend=network) as pool:
        return (await pool.request("POST", url)).status


async def test_a_name_that_is_rebound_is_connected_to_where_it_was_checked() -> None:
    names = FakeNames({"hooks.example": [["93.184.215.14"], ["127.0.0.1"]]})
    went = FakeNetwork()
    network = GuardedNetwork(Guard(read_allowed([]), names), went)
    assert await asked(network) == 200
    assert (names.asked, went.went) == (["hooks.example"], [("93.184.215.14", 80)])
    with pytest.raises(TargetRefusedError):  # asked anew at the next connection
        await asked(network)
    assert len(went.went) == 1


async def test_an_address_that_does_not_answer_is_followed_by_the_next() -> None:
    addresses = ["2606:4700:4700::1111", "93.184.215.14", "93.184.215.15"]
    went = FakeNetwork(dead=frozenset(addresses[:1]))
    assert await asked(GuardedNetwork(guard(hooks_example=addresses), went)) == 200
    assert went.went == [(addresses[0], 80), (addresses[1], 80)]


async def test_of_many_addresses_few_are_tried() -> None:
    addresses = [f"93.184.215.{number}" for number in range(1, 100)]
    went = FakeNetwork(dead=frozenset(addresses))
    with pytest.raises(httpcore.ConnectError):
        await asked(GuardedNetwork(guard(hooks_example=addresses), went))
    assert [address for address, _ in went.went] == addresses[:MOST_ADDRESSES]


async def test_no_socket_in_the_file_system_is_connected_to() -> None:
    with pytest.raises(NotImplementedError):
        await GuardedNetwork(guard()).connect_unix_socket("/run/docker.sock")


@settings(deadline=None)
@given(
    st.one_of(
        st.ip_addresses(v=4),
        st.ip_addresses(v=6),
        *(st.ip_addresses(network=f"{prefix}::/96") for prefix in ("64:ff9b", "fd00:ec2")),
        *(
            st.ip_addresses(network=network)
            for network in ("192.0.0.0/16", "::ffff:0:0/96", "2001::/16", "fe80::/9")
        ),
    )
)
def test_what_python_does_not_call_global_is_not_public(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        assert why_not_public(address)
