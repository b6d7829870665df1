"""ICE on one fixed range of UDP ports, with exactly the addresses that are to be announced."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from typing import TYPE_CHECKING

from aioice import Candidate, Connection, stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import (
    CONSENT_INTERVAL,
    StunProtocol,
    get_host_addresses,
    relayed_candidate,
    server_reflexive_candidate,
)
from aiortc import RTCIceGatherer, RTCIceServer
from aiortc.rtcicetransport import connection_kwargs

from stream.webrtc.ports import claim_port

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine

    from stream.webrtc.options import WebRtcOptions

_LOOPBACK = ("127.0.0.1", "::1")
_MOST_WAITING = 2048  # datagrams that nobody has read yet
_ANSWERED_WITHIN = 2.0  # seconds an ICE server has before the session does without it
_NO_STUN = 3  # first bytes above this are DTLS, SRTP or TURN's (RFC 7983)
_LOOPBACK_PREFERENCE = 0


class Gatherer(RTCIceGatherer):
    """aiortc's, with sockets on the ports of `options`."""

    def __init__(self, options: WebRtcOptions) -> None:
        super().__init__(iceServers=[])
        self._connection = PortRangeConnection(options)

    @property
    def connection(self) -> PortRangeConnection:
        connection = self._connection
        assert isinstance(connection, PortRangeConnection)
        return connection


class PortRangeConnection(Connection):
    """`gather_candidates` raises `FullError` when no port is left."""

    def __init__(self, options: WebRtcOptions) -> None:
        servers = [
            RTCIceServer(list(server.urls), server.username, server.credential)
            for server in options.ice_servers
        ]
        super().__init__(ice_controlling=False, **connection_kwargs(servers))
        self._options = options
        self._addresses = _addresses(options)

    def hears(self, sender: str) -> bool:
        """Whether datagrams from this address are taken at all."""
        return not self._options.local or sender in self._addresses

    def data_received(self, data: bytes, component: int) -> None:
        if self._queue.qsize() < _MOST_WAITING:
            super().data_received(data, component)

    def knows(self, protocol: StunProtocol, sender: tuple[str, int]) -> bool:
        """Whether a datagram from there can be the peer's: it named that address as its own, or has sent a
        check with the right password from there. Our own checks need not have come back yet: a peer whose
        one has been answered begins DTLS at once.
        """
        nominated = self._nominated.get(1)
        if nominated and nominated.protocol is protocol and nominated.remote_addr == sender:
            return True
        return any(pair.protocol is protocol and pair.remote_addr == sender for pair in self._check_list)

    async def query_consent(self) -> None:
        """Asks for consent (RFC 7675), which keeps ways through NATs open, but needs none: FFmpeg gives no
        answer while it sends. Whether the peer is still there, its video tells.
        """
        assert self.remote_password is not None
        key = self.remote_password.encode()
        while True:
            await asyncio.sleep(CONSENT_INTERVAL)
            for pair in self._nominated.values():
                request = self.build_request(pair, nominate=False)
                with contextlib.suppress(stun.TransactionError):
                    await pair.protocol.request(
                        request, pair.remote_addr, integrity_key=key, retransmissions=0
                    )

    async def gather_candidates(self) -> None:
        if self._local_candidates_start:
            return
        self._local_candidates_start = True
        self._local_candidates += await self.get_component_candidates(1, self._addresses)
        self._local_candidates_end = True

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 - aioice's
    ) -> list[Candidate]:
        await self._listen(component, claim_port(self._options.ports, addresses))
        own = [protocol.local_candidate for protocol in self._protocols]
        relayed = await _in_time(self._relays(component), timeout)
        reflexive = await _in_time(self._reflections(), _ANSWERED_WITHIN)
        return [*own, *self._announced(component, own), *reflexive, *relayed]

    async def _listen(self, component: int, claimed: list[socket.socket]) -> None:
        loop = asyncio.get_running_loop()
        try:
            while claimed:
                candidate = _host(component, claimed[0])
                _, protocol = await loop.create_datagram_endpoint(
                    lambda: _Protocol(self), sock=claimed.pop(0)
                )
                protocol.local_candidate = candidate
                self._protocols.append(protocol)
        finally:
            for unused in claimed:
                unused.close()

    def _announced(self, component: int, own: list[Candidate]) -> list[Candidate]:
        bound = {candidate.host for candidate in own}
        further = [address for address in self._options.addresses if address not in bound]
        return [_candidate(component, address, own[0].port) for address in further]

    def _reflections(self) -> list[Coroutine[None, None, Candidate]]:
        """Questions to a STUN server for the addresses that it sees us by."""
        if not self.stun_server:
            return []
        ways = [protocol for protocol in self._protocols if _has_a_way_out(protocol.local_candidate)]
        return [self._reflection(protocol, self.stun_server) for protocol in ways]

    async def _reflection(self, protocol: StunProtocol, server: tuple[str, int]) -> Candidate:
        candidate, _ = await server_reflexive_candidate(protocol, server)
        return candidate

    def _relays(self, component: int) -> list[Coroutine[None, None, Candidate]]:
        """The question to a TURN server for an address of its own."""
        return [self._relay(component, self.turn_server)] if self.turn_server else []

    async def _relay(self, component: int, server: tuple[str, int]) -> Candidate:
        candidate, protocol = await relayed_candidate(
            component=component,
            hide_related_address=False,
            protocol_factory=lambda: StunProtocol(self),
            turn_server=server,
            turn_username=self.turn_username,
            turn_password=self.turn_password,
            turn_ssl=self.turn_ssl,
            turn_transport=self.turn_transport,
        )
        self._protocols.append(protocol)  # in the same step, so that `close` finds it
        return candidate


class _Protocol(StunProtocol):
    """Takes only from addresses of the peer, and does not try to read its video as STUN."""

    receiver: PortRangeConnection

    def datagram_received(self, data: bytes | str, addr: tuple[str, int, int, int] | tuple[str, int]) -> None:
        assert isinstance(data, bytes)
        if not data or not self.receiver.hears(addr[0]):
            return
        if data[0] <= _NO_STUN:
            super().datagram_received(data, addr)
        elif self.receiver.knows(self, (addr[0], addr[1])):
            self.receiver.data_received(data, self.local_candidate.component)


async def _in_time(asked: list[Coroutine[None, None, Candidate]], seconds: float) -> list[Candidate]:
    """The answers of those that give one in time; nothing of the others goes on, nor where this is cancelled:
    they would ask over sockets that are closed.
    """
    tasks = [asyncio.ensure_future(question) for question in asked]
    if not tasks:
        return []
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [task.result() for task in tasks if task in done and task.exception() is None]


def _addresses(options: WebRtcOptions) -> list[str]:
    if options.loopback:
        return list(_LOOPBACK)
    return [*get_host_addresses(use_ipv4=True, use_ipv6=True), *_LOOPBACK]


def _host(component: int, taken: socket.socket) -> Candidate:
    host, port = taken.getsockname()[:2]
    return _candidate(component, host, port)


def _candidate(component: int, host: str, port: int) -> Candidate:
    local = ipaddress.ip_address(host).is_loopback
    priority = candidate_priority(component, "host", _LOOPBACK_PREFERENCE if local else 65535)
    return Candidate(
        candidate_foundation("host", "udp", host), component, "udp", priority, host, port, "host"
    )


def _has_a_way_out(candidate: Candidate) -> bool:
    address = ipaddress.ip_address(candidate.host)
    return candidate.type == "host" and address.version == 4 and not address.is_loopback
