"""Where a WHEP server may send us, and where it must not."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.source import SourceError
from stream.webrtc.whep_places import Place, read_url
from stream.webrtc.whep_redirects import find_session, follow

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = "whep://server/a"
LAN = "http://10.0.0.7/whep"
INTERNET = "http://93.184.216.34/whep"


def place(url: str, address: str | None = None) -> Place:
    found = read_url(url)
    return Place(found, address or found.host)


def name(monkeypatch: pytest.MonkeyPatch, host: str, addresses: Sequence[str]) -> None:
    def resolve(asked: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        assert asked == host
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize(
    ("asked", "location", "words"),
    [
        ("https://93.184.216.34/a", "http://93.184.216.34/a", "nothing would be encrypted"),
        ("http://93.184.216.34/a", "ftp://93.184.216.34/a", "no web address"),
        (INTERNET, "", "no web address"),
        (INTERNET, "http://[::1", "cannot be read"),
        (INTERNET, "http://a..b/x", "cannot be read"),
        (INTERNET, "http://xn--a/x", "cannot be read"),
        (INTERNET, "http://10.0.0.1:99999/x", "cannot be read"),
        (INTERNET, f"http://{'a' * 64}.test/x", "cannot be read"),
    ],
)
async def test_what_is_not_followed(asked: str, location: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        await follow(SHOWN, place(asked), location)
    assert caught.value.code == "protocol"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8484",
        "127.8.9.1",
        "localhost",
        "0",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.8]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:8]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.8",
        "224.0.0.1",
        "[ff02::1]",
        "255.255.255.255",
    ],
)
@pytest.mark.parametrize("asked", [LAN, INTERNET], ids=["from the LAN", "from the internet"])
async def test_nobody_is_sent_to_this_machine_its_link_or_metadata(asked: str, host: str) -> None:
    with pytest.raises(SourceError, match="private network"):
        await follow(SHOWN, place(asked), f"http://{host}/latest")


@pytest.mark.parametrize("host", ["10.0.0.8", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fd12::1]"])
async def test_only_a_private_server_may_send_us_to_another(host: str) -> None:
    with pytest.raises(SourceError, match="private network"):
        await follow(SHOWN, place(INTERNET), f"http://{host}/a")
    found = await follow(SHOWN, place(LAN), f"http://u:p@{host}:8889/b#c")
    assert str(found.url) == f"http://{host}:8889/b"


async def test_what_a_name_stands_for_counts_and_is_what_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name(monkeypatch, "edge.test", ["127.0.0.1", "10.0.0.8", "1.1.1.1"])
    found = await follow(SHOWN, place(INTERNET), "http://edge.test/a")
    assert (found.url.host, found.address) == ("edge.test", "1.1.1.1")


async def test_a_name_that_has_become_another_address_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name(monkeypatch, "edge.test", ["127.0.0.1"])
    with pytest.raises(SourceError, match="private network"):
        await follow(SHOWN, place("http://edge.test/a", "93.184.216.34"), "http://edge.test:8484/b")


async def test_a_server_may_send_us_to_itself_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    name(monkeypatch, "localhost", ["::1", "127.0.0.1"])
    found = await follow(SHOWN, place("http://localhost:8889/a", "127.0.0.1"), "b")
    assert (str(found.url), found.address) == ("http://localhost:8889/b", "127.0.0.1")


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.7:8889/s",
        "https://10.0.0.7/s",
        "//10.0.0.8/s",
        "http://127.0.0.1:8484/api/v1/streams/lobby",
        "http://a..b/x",
    ],
)
def test_a_session_is_nowhere_but_where_its_answer_came_from(location: str) -> None:
    with pytest.raises(SourceError, match="not followed"):
        find_session(SHOWN, place(LAN), location)


@pytest.mark.parametrize("location", ["/s/1", "s/1", "http://10.0.0.7/s/1", "http://u:p@10.0.0.7:80/s/1"])
def test_a_session_is_asked_for_at_the_address_that_answered(location: str) -> None:
    found = find_session(SHOWN, place("http://10.0.0.7/s/"), location)
    assert (found.url.host, found.address, found.url.userinfo) == ("10.0.0.7", "10.0.0.7", b"")


@given(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            "{}://{}:{}{}".format,
            st.sampled_from(["http", "https", "HTTP"]),
            st.one_of(st.sampled_from(["xn--a", "a..b", "[::1%25lo]", "[::", "0"]), st.text(max_size=12)),
            st.one_of(st.integers(-1, 10**6), st.text(max_size=3)),
            st.text(max_size=6),
        ),
    )
)
async def test_whatever_a_server_writes_only_a_declared_error_comes_out(location: str) -> None:
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(SourceError):
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.35", 0))])
        await follow(SHOWN, place(INTERNET), location)
    with contextlib.suppress(SourceError):
        find_session(SHOWN, place(INTERNET), location)
