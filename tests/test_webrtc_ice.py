"""Ports out of the range, and the addresses that are announced."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, NoReturn

import pytest
from aioice import Candidate, Connection, stun
from aioice.ice import CONSENT_FAILURES, CandidatePair, StunProtocol

from stream.webrtc.failures import FullError
from stream.webrtc.ice import Gatherer
from stream.webrtc.options import IceServer, WebRtcOptions
from stream.webrtc.ports import claim_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


BOTH = ["127.0.0.1", "::1"]


@asynccontextmanager
async def candidates(options: WebRtcOptions) -> AsyncIterator[list[Candidate]]:
    gatherer = Gatherer(options)
    await gatherer.gather()
    try:
        yield gatherer.connection.local_candidates
    finally:
        await gatherer.connection.close()


def test_one_port_is_claimed_on_every_address() -> None:
    with ExitStack() as opened:
        claimed = [opened.enter_context(taken) for taken in claim_port((32730, 32739), BOTH)]
        ports = {taken.getsockname()[1] for taken in claimed}
    assert len(claimed) == 2
    assert len(ports) == 1
    assert ports <= set(range(32730, 32740))


def test_ports_that_are_taken_on_any_address_are_passed_over() -> None:
    with ExitStack() as opened:
        for port in (32740, 32742):
            taken = opened.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
            taken.bind(("::1", port))
        for claimed in claim_port((32740, 32742), BOTH):
            assert opened.enter_context(claimed).getsockname()[1] == 32741
        with pytest.raises(FullError, match="from 32740 to 32742"):
            claim_port((32740, 32742), BOTH)


def test_addresses_of_other_machines_are_left_out() -> None:
    with ExitStack() as opened:
        claimed = claim_port((32743, 32749), ["127.0.0.1", "192.0.2.1"])
        assert [opened.enter_context(taken).getsockname()[0] for taken in claimed] == ["127.0.0.1"]


async def test_on_loopback_nothing_else_is_announced() -> None:
    async with candidates(WebRtcOptions((32750, 32759), loopback=True)) as found:
        assert [candidate.host for candidate in found] == BOTH


async def test_a_service_for_this_machine_announces_all_but_hears_only_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stream.webrtc.ice.get_host_addresses", lambda **_: ["127.0.0.2"])
    connection = Gatherer(WebRtcOptions((32750, 32759), local=True)).connection
    assert [connection.hears(sender) for sender in ("127.0.0.1", "::1", "127.0.0.2")] == [True] * 3
    assert not connection.hears("192.0.2.77")
    await connection.gather_candidates()
    assert [each.host for each in connection.local_candidates] == ["127.0.0.2", *BOTH]
    await connection.close()


async def test_whoever_is_not_heard_gets_no_answer_to_its_checks() -> None:
    async with candidates(WebRtcOptions((32750, 32759), local=True)) as found:
        (here,) = (each for each in found if each.host == "127.0.0.1")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.bind(("127.0.0.9", 0))  # not among the addresses that the system lists
            check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
            elsewhere.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendto(elsewhere, bytes(check), (here.host, here.port))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(loop.sock_recv(elsewhere, 2048), 0.2)


async def test_further_addresses_are_announced_with_the_same_port() -> None:
    options = WebRtcOptions((32750, 32759), addresses=("203.0.113.7", "127.0.0.1"), loopback=True)
    async with candidates(options) as found:
        assert [candidate.host for candidate in found] == [*BOTH, "203.0.113.7"]
        assert len({candidate.port for candidate in found}) == 1


async def test_the_machine_itself_can_always_connect() -> None:
    async with candidates(WebRtcOptions((32750, 32759))) as found:
        assert set(BOTH) <= {candidate.host for candidate in found}


async def test_a_machine_without_a_network_still_has_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stream.webrtc.ice.get_host_addresses", lambda **_: [])
    async with candidates(WebRtcOptions((32750, 32759))) as found:
        assert [candidate.host for candidate in found] == BOTH


async def test_an_ice_server_that_does_not_answer_does_not_hold_up_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stream.webrtc.ice._ANSWERED_WITHIN", 0.1)
    monkeypatch.setattr("stream.webrtc.ice._has_a_way_out", lambda candidate: candidate.host == "127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = IceServer((f"stun:127.0.0.1:{silent.getsockname()[1]}",))
        async with candidates(WebRtcOptions((32750, 32759), (server,), loopback=True)) as found:
            assert len(found) == 2


class Relay(asyncio.DatagramProtocol):
    """A TURN server that gives everybody the same address, and counts who gives it back."""

    def __init__(self) -> None:
        self.given_back = asyncio.Event()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = stun.parse_message(data)
        answer = stun.Message(asked.message_method, stun.Class.RESPONSE, asked.transaction_id)
        answer.attributes["LIFETIME"] = asked.attributes["LIFETIME"]
        if asked.message_method is stun.Method.ALLOCATE:
            answer.attributes["XOR-MAPPED-ADDRESS"] = addr
            answer.attributes["XOR-RELAYED-ADDRESS"] = ("192.0.2.1", 3000)
        elif asked.attributes["LIFETIME"] == 0:
            self.given_back.set()
        self._transport.sendto(bytes(answer), addr)


async def test_a_relay_s_address_is_announced_and_given_back_at_the_end() -> None:
    transport, relay = await asyncio.get_running_loop().create_datagram_endpoint(
        Relay, local_addr=("127.0.0.1", 0)
    )
    server = IceServer((f"turn:127.0.0.1:{transport.get_extra_info('sockname')[1]}",), "me", "hush")
    async with candidates(WebRtcOptions((32750, 32759), (server,), loopback=True)) as found:
        assert [(each.type, each.host, each.port) for each in found[2:]] == [("relay", "192.0.2.1", 3000)]
    async with asyncio.timeout(5):
        await relay.given_back.wait()
    transport.close()


async def test_gathering_that_is_given_up_ends_at_once_and_leaves_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)
        loop = asyncio.get_running_loop()
        before = asyncio.all_tasks()
        server = IceServer((f"turn:127.0.0.1:{silent.getsockname()[1]}",), "me", "hush")
        gatherer = Gatherer(WebRtcOptions((32750, 32759), (server,), loopback=True))
        gathering = asyncio.create_task(gatherer.gather())
        await loop.sock_recv(silent, 2048)
        gathering.cancel()
        began = loop.time()
        await asyncio.wait([gathering])
        assert gathering.cancelled()
        assert loop.time() - began < 3  # the server had five seconds
        await gatherer.connection.close()
        assert asyncio.all_tasks() == before


class Deaf(StunProtocol):
    """Asks often, and is never answered."""

    def __init__(self, receiver: Connection) -> None:
        super().__init__(receiver)
        self.local_candidate = Candidate("1", 1, "udp", 1, "127.0.0.1", 9, "host")
        self.questions = 0
        self.enough = asyncio.Event()

    async def request(self, *_: object, **__: object) -> NoReturn:
        self.questions += 1
        if self.questions > 2 * CONSENT_FAILURES:
            self.enough.set()
        raise stun.TransactionTimeout


async def test_a_peer_that_gives_no_consent_while_it_sends_is_asked_on_and_not_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stream.webrtc.ice.CONSENT_INTERVAL", 0.001)
    connection = Gatherer(WebRtcOptions((32750, 32759), loopback=True)).connection
    connection.remote_username, connection.remote_password = "peer", "secret"
    deaf = Deaf(connection)
    connection._nominated[1] = CandidatePair(deaf, deaf.local_candidate)  # noqa: SLF001 - no other way in
    asking = asyncio.create_task(connection.query_consent())
    async with asyncio.timeout(5):
        await deaf.enough.wait()
    assert not asking.done()
    asking.cancel()


@pytest.mark.parametrize("ports", [(0, 10), (10, 9), (60000, 70000)])
def test_a_range_that_is_none_is_refused(ports: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no range of UDP ports"):
        WebRtcOptions(ports)


@pytest.mark.parametrize("address", ["example.org", "0.0.0.0", "224.0.0.1"])
def test_only_addresses_a_peer_can_reach_are_announced(address: str) -> None:
    with pytest.raises(ValueError, match=address.replace(".", r"\.")):
        WebRtcOptions(addresses=(address,))


@pytest.mark.parametrize("url", ["http://x", "stun:", "stuns:x", "turn:x?transport=sctp", "turn: x"])
def test_what_is_no_ice_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no ICE server"):
        IceServer((url,))


def test_a_credential_is_in_no_text() -> None:
    assert "hush" not in repr(WebRtcOptions(ice_servers=(IceServer(("turn:t",), "me", "hush"),)))
