"""Peers that shake hands by DTLS in memory, with certificates of their own."""

import contextlib
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import SSL

from stream.webrtc.dtls_connection import DtlsConnection, Identity

PROFILES = b"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"
P256 = ec.SECP256R1()


def identity(curve: ec.EllipticCurve = P256) -> Identity:
    key = ec.generate_private_key(curve)
    return Identity(key, signed(key))


def signed(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a peer")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def by_pyopenssl(identity: Identity, role: str) -> SSL.Connection:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(identity.certificate)
    context.use_privatekey(identity.key)
    context.set_tlsext_use_srtp(PROFILES)
    return started(context, role)


def started(context: SSL.Context, role: str) -> SSL.Connection:
    connection = SSL.Connection(context)
    if role == "server":
        connection.set_accept_state()
    else:
        connection.set_connect_state()
    return connection


def shake_hands(*sides: DtlsConnection | SSL.Connection) -> None:
    """Carry datagrams between two connections until both are ready; raises what either of them raises."""
    done = [False, False]
    for _ in range(20):
        for index, (side, other) in enumerate(((sides[0], sides[1]), (sides[1], sides[0]))):
            with contextlib.suppress(SSL.WantReadError):
                side.do_handshake()
                done[index] = True
            carry(side, other)
        if all(done):
            return
    raise AssertionError("the handshake has no end")


def carry(side: DtlsConnection | SSL.Connection, other: DtlsConnection | SSL.Connection) -> None:
    with contextlib.suppress(SSL.WantReadError):
        other.bio_write(side.bio_read(1500))


def like_gstreamer() -> SSL.Connection:
    """A server whose key is an RSA one."""
    key = rsa.generate_private_key(65537, 2048)
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    context.use_certificate(signed(key))
    context.use_privatekey(key)
    context.set_tlsext_use_srtp(PROFILES)
    return started(context, "server")
