"""DTLS by the system's OpenSSL: keys both sides agree on, certificates on every curve, and refusals."""

import asyncio
import contextlib
import ctypes
import datetime
from collections.abc import Callable
from typing import Literal

import pytest
from aiortc import RTCCertificate, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from stream.webrtc import dtls
from stream.webrtc.dtls import DtlsConnection, use_system_openssl
from stream.webrtc.openssl import system_openssl

PROFILES = b"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"
LABEL = b"EXTRACTOR-dtls_srtp"


@pytest.fixture
def library() -> ctypes.CDLL:
    found = system_openssl()
    if found is None:
        pytest.skip("this machine has no OpenSSL 3 of its own")
    return found


def _certificate(curve: ec.EllipticCurve) -> RTCCertificate:
    key = ec.generate_private_key(curve)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a peer")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return RTCCertificate(key, builder.sign(key, hashes.SHA256()))


def _as_aiortc_does(certificate: RTCCertificate, role: str) -> SSL.Connection:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    inside = vars(certificate)
    context.use_certificate(inside["_cert"])
    context.use_privatekey(inside["_key"])
    context.set_tlsext_use_srtp(PROFILES)
    return _started(context, role)


def _started(context: SSL.Context, role: str) -> SSL.Connection:
    connection = SSL.Connection(context)
    if role == "server":
        connection.set_accept_state()
    else:
        connection.set_connect_state()
    return connection


def _shake_hands(*sides: DtlsConnection | SSL.Connection) -> None:
    """Carry datagrams between two connections until both are ready; raises what either of them raises."""
    done = [False, False]
    for _ in range(20):
        for index, (side, other) in enumerate(((sides[0], sides[1]), (sides[1], sides[0]))):
            with contextlib.suppress(SSL.WantReadError):
                side.do_handshake()
                done[index] = True
            _carry(side, other)
        if all(done):
            return
    raise AssertionError("the handshake has no end")


def _carry(side: DtlsConnection | SSL.Connection, other: DtlsConnection | SSL.Connection) -> None:
    with contextlib.suppress(SSL.WantReadError):
        other.bio_write(side.bio_read(1500))


Roles = Literal["client", "server"]
both_roles = pytest.mark.parametrize(("ours", "theirs"), [("client", "server"), ("server", "client")])


@both_roles
def test_keys_agree_with_a_peer_that_speaks_by_pyopenssl(
    library: ctypes.CDLL, ours: Roles, theirs: Roles
) -> None:
    certificate = RTCCertificate.generateCertificate()
    here = DtlsConnection(library, certificate, ours, PROFILES)
    there = _as_aiortc_does(RTCCertificate.generateCertificate(), theirs)

    _shake_hands(here, there)

    assert here.get_selected_srtp_profile() == there.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)
    assert there.get_peer_certificate(as_cryptography=True) == vars(certificate)["_cert"]


@both_roles
@pytest.mark.parametrize(
    "curve", [ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name
)
def test_a_certificate_on_any_curve_is_accepted_and_handed_on_to_be_compared(
    library: ctypes.CDLL, ours: Roles, theirs: Roles, curve: ec.EllipticCurve
) -> None:
    shown = _certificate(curve)
    here = DtlsConnection(library, RTCCertificate.generateCertificate(), ours, PROFILES)
    there = DtlsConnection(library, shown, theirs, PROFILES)

    _shake_hands(here, there)

    assert here.get_peer_certificate(as_cryptography=True) == vars(shown)["_cert"]
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)


def test_a_peer_that_shows_no_certificate_is_refused(
    library: ctypes.CDLL, caplog: pytest.LogCaptureFixture
) -> None:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(PROFILES)
    here = DtlsConnection(library, RTCCertificate.generateCertificate(), "server", PROFILES)

    with pytest.raises(SSL.Error):
        _shake_hands(_started(context, "client"), here)
    assert "peer did not return a certificate" in caplog.text


def test_noise_neither_ends_nor_completes_a_handshake(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, RTCCertificate.generateCertificate(), "server", PROFILES)
    here.bio_write(bytes(range(20, 220)))

    with pytest.raises(SSL.WantReadError):
        here.do_handshake()
    assert here.get_peer_certificate(as_cryptography=True) is None
    assert here.get_selected_srtp_profile() == b""

    _shake_hands(here, _as_aiortc_does(RTCCertificate.generateCertificate(), "client"))


def test_a_lost_first_flight_is_sent_again(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, RTCCertificate.generateCertificate(), "client", PROFILES)
    with pytest.raises(SSL.WantReadError):
        here.do_handshake()
    first = here.bio_read(1500)
    with pytest.raises(SSL.WantReadError):
        here.bio_read(1500)

    left = here.DTLSv1_get_timeout()

    assert first
    assert left is not None
    assert 0 < left <= 1
    assert here.DTLSv1_handle_timeout() is False  # not yet


def test_closing_is_told_to_the_peer(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, RTCCertificate.generateCertificate(), "server", PROFILES)
    there = DtlsConnection(library, RTCCertificate.generateCertificate(), "client", PROFILES)
    _shake_hands(here, there)

    here.shutdown()
    _carry(here, there)

    with pytest.raises(SSL.ZeroReturnError):
        there.recv(1500)


async def _connected(change: Callable[[str], str]) -> str:
    """The state that a connecting peer ends in when the answer is changed on its way."""
    offering, answering = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    settled = asyncio.Event()

    @offering.on("connectionstatechange")
    def look() -> None:
        if offering.connectionState in {"connected", "failed"}:
            settled.set()

    try:
        offering.addTransceiver("video", direction="recvonly")
        await offering.setLocalDescription(await offering.createOffer())
        await answering.setRemoteDescription(offering.localDescription)
        use_system_openssl(offering)
        use_system_openssl(answering)
        await answering.setLocalDescription(await answering.createAnswer())
        answer = RTCSessionDescription(change(answering.localDescription.sdp), "answer")
        await offering.setRemoteDescription(answer)
        async with asyncio.timeout(8):
            await settled.wait()
        return str(offering.connectionState)
    finally:
        await offering.close()
        await answering.close()


@pytest.mark.usefixtures("library")
async def test_two_peer_connections_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[DtlsConnection] = []

    class Counted(DtlsConnection):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(dtls, "DtlsConnection", Counted)
    assert await _connected(lambda answer: answer) == "connected"
    assert len(made) == 2


@pytest.mark.usefixtures("library")
async def test_a_peer_with_another_certificate_than_it_announced_is_refused() -> None:
    def other_fingerprints(answer: str) -> str:
        lines = [line for line in answer.split("\r\n") if not line.startswith("a=fingerprint:sha-256")]
        return "\r\n".join(line.replace("A", "B") if "fingerprint" in line else line for line in lines)

    assert await _connected(other_fingerprints) == "failed"


async def test_without_a_library_of_the_system_aiortc_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dtls, "system_openssl", lambda: None)

    assert await _connected(lambda answer: answer) == "connected"
