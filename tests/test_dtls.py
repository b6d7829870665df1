"""DTLS by the system's OpenSSL: keys both sides agree on, certificates on every curve, and refusals."""

import asyncio
import contextlib
import ctypes
import datetime
from typing import Literal, cast

import pytest
from aiortc import RTCCertificate, RTCDtlsParameters, RTCIceTransport
from aiortc.rtcdtlstransport import SRTP_PROFILES
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import SSL

from stream.webrtc import dtls
from stream.webrtc.dtls import DtlsTransport
from stream.webrtc.dtls_connection import DtlsConnection, Identity
from stream.webrtc.openssl import system_openssl

PROFILES = b"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"
P256 = ec.SECP256R1()
LABEL = b"EXTRACTOR-dtls_srtp"


@pytest.fixture
def library() -> ctypes.CDLL:
    found = system_openssl()
    if found is None:
        pytest.skip("this machine has no OpenSSL 3 of its own")
    return found


def _identity(curve: ec.EllipticCurve = P256) -> Identity:
    key = ec.generate_private_key(curve)
    return Identity(key, _signed(key))


def _signed(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a peer")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def _by_pyopenssl(identity: Identity, role: str) -> SSL.Connection:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(identity.certificate)
    context.use_privatekey(identity.key)
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
    identity = _identity()
    here = DtlsConnection(library, identity, ours, PROFILES)
    there = _by_pyopenssl(_identity(), theirs)

    _shake_hands(here, there)

    assert here.get_selected_srtp_profile() == there.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)
    assert there.get_peer_certificate(as_cryptography=True) == identity.certificate


@both_roles
@pytest.mark.parametrize(
    "curve", [ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name
)
def test_a_certificate_on_any_curve_is_accepted_and_handed_on_to_be_compared(
    library: ctypes.CDLL, ours: Roles, theirs: Roles, curve: ec.EllipticCurve
) -> None:
    shown = _identity(curve)
    here = DtlsConnection(library, _identity(), ours, PROFILES)
    there = DtlsConnection(library, shown, theirs, PROFILES)

    _shake_hands(here, there)

    assert here.get_peer_certificate(as_cryptography=True) == shown.certificate
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)


def _like_gstreamer() -> SSL.Connection:
    """A server whose key is an RSA one."""
    key = rsa.generate_private_key(65537, 2048)
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(_signed(key))
    context.use_privatekey(key)
    context.set_tlsext_use_srtp(PROFILES)
    return _started(context, "server")


def test_a_peer_with_an_rsa_key_is_accepted(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, _identity(), "client", PROFILES)
    _shake_hands(here, _like_gstreamer())


def test_aiortc_s_own_handshake_accepts_it_too() -> None:
    ours, _ = _transports(RTCCertificate.generateCertificate())
    certificate: RTCCertificate = vars(ours)["_RTCDtlsTransport__local_certificate"]
    context = certificate._create_ssl_context(SRTP_PROFILES)  # noqa: SLF001 - what aiortc's transport calls
    _shake_hands(_started(context, "client"), _like_gstreamer())


def test_a_peer_that_shows_no_certificate_is_refused(library: ctypes.CDLL) -> None:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(PROFILES)
    here = DtlsConnection(library, _identity(), "server", PROFILES)

    with pytest.raises(SSL.Error):
        _shake_hands(_started(context, "client"), here)
    assert here.reasons == ["peer did not return a certificate"]


def test_noise_neither_ends_nor_completes_a_handshake(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, _identity(), "server", PROFILES)
    here.bio_write(bytes(range(20, 220)))

    with pytest.raises(SSL.WantReadError):
        here.do_handshake()
    assert here.get_peer_certificate(as_cryptography=True) is None
    assert here.get_selected_srtp_profile() == b""

    _shake_hands(here, _by_pyopenssl(_identity(), "client"))


def test_a_lost_first_flight_is_sent_again(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, _identity(), "client", PROFILES)
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
    here = DtlsConnection(library, _identity(), "server", PROFILES)
    there = DtlsConnection(library, _identity(), "client", PROFILES)
    _shake_hands(here, there)

    here.shutdown()
    _carry(here, there)

    with pytest.raises(SSL.ZeroReturnError):
        there.recv(1500)


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


async def test_a_transport_connects_with_a_peer_whose_certificate_is_on_p224(library: ctypes.CDLL) -> None:
    assert library
    on_p224 = _identity(ec.SECP224R1())
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
