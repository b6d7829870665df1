"""The DTLS transport: whom it connects with, whom it refuses, and what it says then."""

import asyncio
from typing import cast

import pytest
from aiortc import RTCCertificate, RTCDtlsParameters, RTCIceTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from cryptography.hazmat.primitives.asymmetric import ec

from stream.webrtc import dtls
from stream.webrtc.dtls import DtlsTransport
from stream.webrtc.openssl import system_openssl
from tests.dtls_peers import identity, like_gstreamer, shake_hands, started


class Wire:
    """One end of a way for datagrams in memory: what aiortc's DTLS asks of its ICE transport."""

    role = "controlling"

    def __init__(self, outgoing: asyncio.Queue[bytes], incoming: asyncio.Queue[bytes]) -> None:
        self._outgoing, self._incoming = outgoing, incoming

    async def _send(self, datagram: bytes) -> None:
        await self._outgoing.put(datagram)

    async def _recv(self) -> bytes:
        return await self._incoming.get()


def _transports(theirs: RTCCertificate) -> tuple[DtlsTransport, DtlsTransport]:
    """Ours is the DTLS client; `theirs` is the certificate that the other side shows."""
    there: asyncio.Queue[bytes] = asyncio.Queue()
    back: asyncio.Queue[bytes] = asyncio.Queue()
    ours = DtlsTransport(cast("RTCIceTransport", Wire(there, back)), RTCCertificate.generateCertificate())
    other = DtlsTransport(cast("RTCIceTransport", Wire(back, there)), theirs)
    for transport, role in ((ours, "client"), (other, "server")):
        vars(transport)["_role"] = role
    return ours, other


async def _start(ours: DtlsTransport, other: DtlsTransport, announced: RTCDtlsParameters) -> None:
    async with asyncio.timeout(8), asyncio.TaskGroup() as both:
        both.create_task(ours.start(announced))
        both.create_task(other.start(ours.getLocalParameters()))


@pytest.mark.skipif(system_openssl() is None, reason="this machine has no OpenSSL 3 of its own")
async def test_it_connects_with_a_peer_whose_certificate_is_on_p224() -> None:
    on_p224 = identity(ec.SECP224R1())
    ours, other = _transports(RTCCertificate(on_p224.key, on_p224.certificate))

    await _start(ours, other, other.getLocalParameters())

    assert (ours.state, other.state) == ("connected", "connected")
    assert ours.failure is None
    await ours.stop()
    await other.stop()


async def test_a_peer_with_another_certificate_than_it_announced_is_refused() -> None:
    ours, other = _transports(RTCCertificate.generateCertificate())
    announced = RTCDtlsParameters(RTCCertificate.generateCertificate().getFingerprints())

    await _start(ours, other, announced)

    assert ours.state == "failed"
    assert ours.failure == "The peer's DTLS certificate is not the one that its SDP announces."
    await other.stop()


async def test_without_a_library_of_the_system_aiortc_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dtls, "system_openssl", lambda: None)
    ours, other = _transports(RTCCertificate.generateCertificate())

    await _start(ours, other, other.getLocalParameters())

    assert (ours.state, other.state) == ("connected", "connected")
    await ours.stop()
    await other.stop()


def test_aiortc_s_own_handshake_accepts_a_peer_with_an_rsa_key() -> None:
    ours, _ = _transports(RTCCertificate.generateCertificate())
    certificate: RTCCertificate = vars(ours)["_RTCDtlsTransport__local_certificate"]
    context = certificate._create_ssl_context(SRTP_PROFILES)  # noqa: SLF001 - what aiortc's transport calls
    shake_hands(started(context, "client"), like_gstreamer())
