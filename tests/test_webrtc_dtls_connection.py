"""Handshakes by the system's OpenSSL: keys both sides agree on, certificates of every kind, and refusals."""

import ctypes

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL

from stream.webrtc.dtls_connection import DtlsConnection, Role
from stream.webrtc.openssl import system_openssl
from tests.dtls_peers import PROFILES, by_pyopenssl, carry, identity, like_gstreamer, shake_hands, started

LABEL = b"EXTRACTOR-dtls_srtp"


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    found = system_openssl()
    if found is None:
        pytest.skip("this machine has no OpenSSL 3 of its own")
    return found


both_roles = pytest.mark.parametrize(("ours", "theirs"), [("client", "server"), ("server", "client")])


@both_roles
def test_keys_agree_with_a_peer_that_speaksby_pyopenssl(
    library: ctypes.CDLL, ours: Role, theirs: Role
) -> None:
    own = identity()
    here = DtlsConnection(library, own, ours, PROFILES)
    there = by_pyopenssl(identity(), theirs)

    shake_hands(here, there)

    assert here.get_selected_srtp_profile() == there.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)
    assert there.get_peer_certificate(as_cryptography=True) == own.certificate


@both_roles
@pytest.mark.parametrize(
    "curve", [ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name
)
def test_a_certificate_on_any_curve_is_accepted_and_handed_on_to_be_compared(
    library: ctypes.CDLL, ours: Role, theirs: Role, curve: ec.EllipticCurve
) -> None:
    shown = identity(curve)
    here = DtlsConnection(library, identity(), ours, PROFILES)
    there = DtlsConnection(library, shown, theirs, PROFILES)

    shake_hands(here, there)

    assert here.get_peer_certificate(as_cryptography=True) == shown.certificate
    assert here.export_keying_material(LABEL, 60) == there.export_keying_material(LABEL, 60)


def test_a_peer_with_an_rsa_key_is_accepted(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, identity(), "client", PROFILES)
    shake_hands(here, like_gstreamer())


def test_a_peer_that_shows_no_certificate_is_refused(library: ctypes.CDLL) -> None:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(PROFILES)
    here = DtlsConnection(library, identity(), "server", PROFILES)

    with pytest.raises(SSL.Error):
        shake_hands(started(context, "client"), here)
    assert here.reasons == ["peer did not return a certificate"]


def test_noise_neither_ends_nor_completes_a_handshake(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, identity(), "server", PROFILES)
    here.bio_write(bytes(range(20, 220)))

    with pytest.raises(SSL.WantReadError):
        here.do_handshake()
    assert here.get_peer_certificate(as_cryptography=True) is None
    assert here.get_selected_srtp_profile() == b""

    shake_hands(here, by_pyopenssl(identity(), "client"))


def test_a_connection_says_when_a_flight_is_due_again(library: ctypes.CDLL) -> None:
    here = DtlsConnection(library, identity(), "client", PROFILES)
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
    here = DtlsConnection(library, identity(), "server", PROFILES)
    there = DtlsConnection(library, identity(), "client", PROFILES)
    shake_hands(here, there)

    here.shutdown()
    carry(here, there)

    with pytest.raises(SSL.ZeroReturnError):
        there.recv(1500)


FUZZED = identity()


@given(cut=st.integers(0, 150), noise=st.binary(max_size=40))
def test_whatever_stands_in_a_datagram_is_waited_out_or_refused(
    library: ctypes.CDLL, cut: int, noise: bytes
) -> None:
    here = DtlsConnection(library, FUZZED, "server", PROFILES)
    there = by_pyopenssl(FUZZED, "client")
    with pytest.raises(SSL.WantReadError):
        there.do_handshake()
    here.bio_write(there.bio_read(1500)[:cut] + noise)
    with pytest.raises((SSL.WantReadError, SSL.Error)):
        here.do_handshake()
    assert here.get_peer_certificate(as_cryptography=True) is None
