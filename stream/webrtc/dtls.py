"""DTLS for WebRTC by the system's OpenSSL, so that FFmpeg's GnuTLS builds can publish.

aiortc keeps its part: it carries the datagrams, compares the peer's certificate with the fingerprints of its
SDP and derives the SRTP keys. Only the library that shakes hands is another: `openssl` says why.
"""

from typing import cast

from aiortc import RTCCertificate, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsParameters, RTCDtlsTransport, SRTPProtectionProfile
from OpenSSL import SSL

from stream.webrtc.dtls_connection import CIPHERS, DtlsConnection, Identity, Role
from stream.webrtc.openssl import system_openssl

WRONG_CURVE = "wrong curve"
REMEDY = "FFmpeg can be given a certificate on P-256 by its options cert_file and key_file."


class DtlsTransport(RTCDtlsTransport):
    """aiortc's transport, shaking hands by the system's OpenSSL where there is one.

    `failure` is a sentence that says why there is no connection, once the state is `failed`.
    """

    failure: str | None = None

    def __init__(self, transport: RTCIceTransport, certificate: RTCCertificate) -> None:
        inside = vars(certificate)  # aiortc keeps them to itself
        self._identity = Identity(inside["_key"], inside["_cert"])
        super().__init__(transport, [_Certificate(inside["_key"], inside["_cert"])])

    async def _do_handshake(self) -> None:
        connection = None
        if library := system_openssl():
            profiles = b":".join(profile.openssl_profile for profile in self._srtp_profiles)
            role: Role = "server" if self._role == "server" else "client"
            connection = DtlsConnection(library, self._identity, role, profiles)
            self._ssl = cast("SSL.Connection", connection)
        await super()._do_handshake()
        if self.state == "failed":
            said = ", ".join(connection.reasons) if connection else ""
            remedy = f" {REMEDY}" if WRONG_CURVE in said or not connection else ""
            self.failure = f"The peer and we could not agree on DTLS ({said or 'no reason given'}).{remedy}"

    def _validate_peer_identity(self, remoteParameters: RTCDtlsParameters) -> None:  # noqa: N803
        super()._validate_peer_identity(remoteParameters)
        if self.state == "failed":
            self.failure = "The peer's DTLS certificate is not the one that its SDP announces."


class _Certificate(RTCCertificate):
    """One with which aiortc's own handshake, where there is no other, takes peers with RSA keys too."""

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(CIPHERS)
        return context
