"""One DTLS connection over memory, by the system's OpenSSL."""

import ctypes
import weakref
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from OpenSSL import SSL

from stream.webrtc import openssl

Role = Literal["client", "server"]

# aiortc's, and those of a peer whose key is an RSA one, which GStreamer's is.
CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    b"ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
)

# What a flight's records may measure: below any path's limit, with room for a TURN server's header.
MTU = 1200


@dataclass(frozen=True, slots=True)
class Identity:
    """Our certificate, and the key that it is for."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate


class DtlsConnection:
    """One DTLS connection over memory: what aiortc uses of `OpenSSL.SSL.Connection`, with its errors.

    Requires the peer to show a certificate and to own its key, whoever signed it: who the peer is, is said by
    the fingerprint in its SDP, which the caller must compare. `reasons` is what OpenSSL had against the peer.
    """

    def __init__(
        self,
        library: ctypes.CDLL,
        identity: Identity,
        role: Role,
        srtp_profiles: bytes,
    ) -> None:
        self.reasons: list[str] = []
        self._library = library
        context = _context(library, identity, srtp_profiles)
        try:
            self._ssl = library.SSL_new(context)
        finally:
            library.SSL_CTX_free(context)  # the connection keeps its own reference
        if not self._ssl:
            raise SSL.Error(_reasons(library))
        weakref.finalize(self, library.SSL_free, self._ssl)
        self._received = library.BIO_new(library.BIO_s_mem())
        self._sent = library.BIO_new(library.BIO_s_mem())
        library.SSL_set_bio(self._ssl, self._received, self._sent)
        library.SSL_ctrl(self._ssl, openssl.SSL_CTRL_SET_MTU, MTU, None)
        if role == "server":
            library.SSL_set_accept_state(self._ssl)
        else:
            library.SSL_set_connect_state(self._ssl)

    def do_handshake(self) -> None:
        self._library.ERR_clear_error()
        self._check(self._library.SSL_do_handshake(self._ssl))

    def bio_write(self, datagram: bytes) -> int:
        return int(self._library.BIO_write(self._received, datagram, len(datagram)))

    def bio_read(self, size: int) -> bytes:
        if not self._library.BIO_ctrl_pending(self._sent):
            raise SSL.WantReadError
        buffer = ctypes.create_string_buffer(size)
        count = self._library.BIO_read(self._sent, buffer, size)
        return buffer.raw[: max(0, count)]

    def recv(self, size: int) -> bytes:
        buffer = ctypes.create_string_buffer(size)
        self._library.ERR_clear_error()
        return buffer.raw[: self._check(self._library.SSL_read(self._ssl, buffer, size))]

    def send(self, data: bytes) -> int:
        self._library.ERR_clear_error()
        return self._check(self._library.SSL_write(self._ssl, data, len(data)))

    def shutdown(self) -> bool:
        self._library.ERR_clear_error()
        result = self._library.SSL_shutdown(self._ssl)
        if result < 0:
            self._check(result)
        return bool(result > 0)

    def get_peer_certificate(self, *, as_cryptography: Literal[True]) -> x509.Certificate | None:  # noqa: ARG002
        certificate = self._library.SSL_get1_peer_certificate(self._ssl)
        if not certificate:
            return None
        try:
            buffer = ctypes.create_string_buffer(self._library.i2d_X509(certificate, None))
            self._library.i2d_X509(certificate, ctypes.byref(ctypes.cast(buffer, ctypes.c_char_p)))
        finally:
            self._library.X509_free(certificate)
        return x509.load_der_x509_certificate(buffer.raw)

    def get_selected_srtp_profile(self) -> bytes:
        profile = self._library.SSL_get_selected_srtp_profile(self._ssl)
        return bytes(profile.contents.name) if profile else b""

    def export_keying_material(self, label: bytes, size: int) -> bytes:
        buffer = ctypes.create_string_buffer(size)
        self._library.ERR_clear_error()
        done = self._library.SSL_export_keying_material(
            self._ssl, buffer, size, label, len(label), None, 0, 0
        )
        if done != 1:
            raise SSL.Error(_reasons(self._library))
        return buffer.raw

    def DTLSv1_get_timeout(self) -> float | None:  # noqa: N802 - pyOpenSSL's name
        left = openssl.TimeValue()
        if not self._library.SSL_ctrl(self._ssl, openssl.DTLS_CTRL_GET_TIMEOUT, 0, ctypes.byref(left)):
            return None
        return float(left.seconds + left.microseconds / 1_000_000)

    def DTLSv1_handle_timeout(self) -> bool:  # noqa: N802 - pyOpenSSL's name
        self._library.ERR_clear_error()
        result = self._library.SSL_ctrl(self._ssl, openssl.DTLS_CTRL_HANDLE_TIMEOUT, 0, None)
        if result < 0:
            self._check(result)
        return bool(result > 0)

    def _check(self, result: int) -> int:
        """`result` where the call succeeded, otherwise the exception that pyOpenSSL would raise."""
        if result > 0:
            return result
        match self._library.SSL_get_error(self._ssl, result):
            case openssl.SSL_ERROR_WANT_READ:
                raise SSL.WantReadError
            case openssl.SSL_ERROR_WANT_WRITE:
                raise SSL.WantWriteError
            case openssl.SSL_ERROR_ZERO_RETURN:
                raise SSL.ZeroReturnError
        reasons = _reasons(self._library)
        self.reasons += reasons
        raise SSL.Error(reasons)


def _context(library: ctypes.CDLL, identity: Identity, srtp_profiles: bytes) -> int:
    library.ERR_clear_error()
    context: int | None = library.SSL_CTX_new(library.DTLS_method())
    if not context:
        raise SSL.Error(_reasons(library))
    options = openssl.SSL_OP_NO_TICKET | openssl.SSL_OP_NO_QUERY_MTU | openssl.SSL_OP_NO_RENEGOTIATION
    library.SSL_CTX_set_options(context, options)
    required = openssl.SSL_VERIFY_PEER | openssl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT
    library.SSL_CTX_set_verify(context, required, _any_issuer)
    shown, key = _encoded(identity)
    done = (
        library.SSL_CTX_ctrl(context, openssl.SSL_CTRL_SET_MIN_PROTO_VERSION, openssl.DTLS1_2_VERSION, None)
        == 1,
        library.SSL_CTX_ctrl(context, openssl.SSL_CTRL_SET_GROUPS_LIST, 0, openssl.GROUPS) == 1,
        library.SSL_CTX_set_cipher_list(context, CIPHERS) == 1,
        library.SSL_CTX_use_certificate_ASN1(context, len(shown), shown) == 1,
        library.SSL_CTX_use_PrivateKey_ASN1(openssl.EVP_PKEY_EC, context, key, len(key)) == 1,
        library.SSL_CTX_set_tlsext_use_srtp(context, srtp_profiles) == 0,
    )
    if not all(done):
        reasons = _reasons(library)
        library.SSL_CTX_free(context)
        raise SSL.Error(reasons)
    return context


def _encoded(identity: Identity) -> tuple[bytes, bytes]:
    key = identity.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return identity.certificate.public_bytes(Encoding.DER), key


def _trust(_valid: int, _store: int) -> int:
    """Whoever signed a certificate: peers make their own, and the fingerprint says whose it is."""
    return 1


_any_issuer = openssl.VerifyCallback(_trust)


def _reasons(library: ctypes.CDLL) -> list[str]:
    """What OpenSSL has to say, oldest first; empties its queue."""
    reasons = []
    while code := library.ERR_get_error():
        reason = library.ERR_reason_error_string(code)
        reasons.append(reason.decode() if reason else f"error {code:#x}")
    return reasons
