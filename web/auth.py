"""Access tokens: who may use the service, and where it may listen without any."""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAKE_A_TOKEN = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'
SHORTEST = 16

_SCHEME = "bearer "


class BindingError(Exception):
    """The service may not listen here as it is configured; the message says what to do."""


class Tokens:
    """The tokens that open the service, kept as digests. With none configured everybody may."""

    __slots__ = ("_digests",)

    def __init__(self, tokens: Iterable[str]) -> None:
        self._digests = tuple(_digest(token) for token in tokens)

    @property
    def required(self) -> bool:
        return bool(self._digests)

    def accept(self, token: str) -> bool:
        """Whether this is one of them; takes as long whichever it is, or none."""
        digest = _digest(token)
        found = False
        for known in self._digests:
            found |= hmac.compare_digest(known, digest)
        return found or not self.required


def bearer(header: str | None) -> str | None:
    """The token in an `Authorization` header; `None` where there is none of this scheme."""
    if header is None or not header.lower().startswith(_SCHEME):
        return None
    return header[len(_SCHEME) :].strip() or None


def check_binding(host: str, tokens: Iterable[str]) -> None:
    """Raises `BindingError` unless `host` is this machine's own or a token guards the service."""
    known = tuple(tokens)
    if any(len(token) < SHORTEST for token in known):
        raise BindingError(
            f"A token in auth.tokens is shorter than {SHORTEST} characters and could be guessed. "
            f"Make one with: {MAKE_A_TOKEN}"
        )
    if known or is_loopback(host):
        return
    raise BindingError(
        f"Listening on {host or 'all addresses'} would open the cameras' scores to the network, "
        f"and no token is set. Make one with: {MAKE_A_TOKEN} and set it in auth.tokens, "
        "or listen on 127.0.0.1."
    )


def is_loopback(host: str) -> bool:
    """Whether this address or name can only be reached from the machine itself."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
