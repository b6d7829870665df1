"""The system's OpenSSL, reached through ctypes: it still accepts a certificate on curve P-224.

FFmpeg built with GnuTLS (PyAV's wheels, Debian's package) makes its certificate on secp224r1. The OpenSSL 4
inside the `cryptography` wheel is built without the curves that RFC 8422 retired and ends such a handshake
with alert 47; the OpenSSL 3 that a Linux system brings has them. 112 bits of strength are what FFmpeg offers,
and enough for a certificate that lives as long as its session and is pinned by its SHA-256 fingerprint.
"""

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_long, c_size_t, c_uint64, c_ulong, c_void_p
from functools import cache

NAMES = ("libssl.so.3", "libssl.3.dylib")

# Curves for the key exchange and for certificates, best first: P-224 is no peer's choice for a key exchange
# that knows another.
GROUPS = b"X25519:P-256:P-384:P-521:P-224"

SSL_VERIFY_PEER = 0x01
SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 0x02
SSL_ERROR_WANT_READ = 2
SSL_ERROR_WANT_WRITE = 3
SSL_ERROR_ZERO_RETURN = 6
SSL_OP_NO_QUERY_MTU = 1 << 12
SSL_OP_NO_TICKET = 1 << 14
SSL_OP_NO_RENEGOTIATION = 1 << 30
SSL_CTRL_SET_MTU = 17
SSL_CTRL_SET_GROUPS_LIST = 92
SSL_CTRL_SET_MIN_PROTO_VERSION = 123
DTLS_CTRL_GET_TIMEOUT = 73
DTLS_CTRL_HANDLE_TIMEOUT = 74
DTLS1_2_VERSION = 0xFEFD
EVP_PKEY_EC = 408

VerifyCallback = ctypes.CFUNCTYPE(c_int, c_int, c_void_p)


class TimeValue(ctypes.Structure):
    """`struct timeval`."""

    _fields_ = (("seconds", c_long), ("microseconds", c_long))


class SrtpProfile(ctypes.Structure):
    """`SRTP_PROTECTION_PROFILE`."""

    _fields_ = (("name", c_char_p), ("id", c_ulong))


_PROTOTYPES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "BIO_ctrl_pending": (c_size_t, (c_void_p,)),
    "BIO_free": (c_int, (c_void_p,)),
    "BIO_new": (c_void_p, (c_void_p,)),
    "BIO_read": (c_int, (c_void_p, c_char_p, c_int)),
    "BIO_s_mem": (c_void_p, ()),
    "BIO_write": (c_int, (c_void_p, c_char_p, c_int)),
    "DTLS_method": (c_void_p, ()),
    "ERR_clear_error": (None, ()),
    "ERR_get_error": (c_ulong, ()),
    "ERR_reason_error_string": (c_char_p, (c_ulong,)),
    "SSL_CTX_ctrl": (c_long, (c_void_p, c_int, c_long, c_void_p)),
    "SSL_CTX_free": (None, (c_void_p,)),
    "SSL_CTX_new": (c_void_p, (c_void_p,)),
    "SSL_CTX_set_cipher_list": (c_int, (c_void_p, c_char_p)),
    "SSL_CTX_set_options": (c_uint64, (c_void_p, c_uint64)),
    "SSL_CTX_set_tlsext_use_srtp": (c_int, (c_void_p, c_char_p)),
    "SSL_CTX_set_verify": (None, (c_void_p, c_int, VerifyCallback)),
    "SSL_CTX_use_PrivateKey_ASN1": (c_int, (c_int, c_void_p, c_char_p, c_long)),
    "SSL_CTX_use_certificate_ASN1": (c_int, (c_void_p, c_int, c_char_p)),
    "SSL_ctrl": (c_long, (c_void_p, c_int, c_long, c_void_p)),
    "SSL_do_handshake": (c_int, (c_void_p,)),
    "SSL_export_keying_material": (
        c_int,
        (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_char_p, c_size_t, c_int),
    ),
    "SSL_free": (None, (c_void_p,)),
    "SSL_get1_peer_certificate": (c_void_p, (c_void_p,)),
    "SSL_get_error": (c_int, (c_void_p, c_int)),
    "SSL_get_selected_srtp_profile": (POINTER(SrtpProfile), (c_void_p,)),
    "SSL_new": (c_void_p, (c_void_p,)),
    "SSL_read": (c_int, (c_void_p, c_char_p, c_int)),
    "SSL_set_accept_state": (None, (c_void_p,)),
    "SSL_set_bio": (None, (c_void_p, c_void_p, c_void_p)),
    "SSL_set_connect_state": (None, (c_void_p,)),
    "SSL_shutdown": (c_int, (c_void_p,)),
    "SSL_write": (c_int, (c_void_p, c_char_p, c_int)),
    "X509_free": (None, (c_void_p,)),
    "i2d_X509": (c_int, (c_void_p, POINTER(c_char_p))),
}


@cache
def system_openssl() -> ctypes.CDLL | None:
    """The system's OpenSSL 3, every function typed; None where there is none that knows all of `GROUPS`."""
    for name in NAMES:
        try:
            library = _typed(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
        if _knows_groups(library):
            return library
    return None


def _typed(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


def _knows_groups(library: ctypes.CDLL) -> bool:
    context = library.SSL_CTX_new(library.DTLS_method())
    if not context:
        return False
    try:
        return bool(library.SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, GROUPS) == 1)
    finally:
        library.ERR_clear_error()
        library.SSL_CTX_free(context)
