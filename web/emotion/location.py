"""The absolute address of an operation, as the client can reach it: through a proxy too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from web.emotion.paths import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(
    rf"(?=.{{1,259}}$)(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?"
)
_PREFIX = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_PORT = re.compile(r"[0-9]{1,5}")
_USUAL_PORTS = {"http": "80", "https": "443"}
_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(?:;|(,)|$)')


class Locations:
    """`public_url` is where the service is reached from outside; where that is not said, what the request
    says: the proxy's headers, else its own Host. What is in them is checked and otherwise left out.
    """

    def __init__(self, public_url: str | None) -> None:
        self._public = public_url.rstrip("/") if public_url else None

    def of(self, request: Request, operation: str) -> str:
        """Where the status of this operation is."""
        root = self._public or _root(request.headers, request.url.scheme)
        return f"{root}{OPERATIONS}/{operation}"


def _root(headers: Mapping[str, str], scheme: str) -> str:
    forwarded = _forwarded(headers.get("forwarded", ""))
    said = _first(headers, "x-forwarded-proto")
    shown = next(
        (each for each in (forwarded.get("proto", "").lower(), said.lower()) if each in _USUAL_PORTS), scheme
    )
    hosts = (forwarded.get("host", ""), _first(headers, "x-forwarded-host"))
    host = next((each for each in hosts if _HOST.fullmatch(each)), headers.get("host", "localhost"))
    return f"{shown}://{_with_port(host, _first(headers, 'x-forwarded-port'), shown)}{_prefix(headers)}"


def _forwarded(header: str) -> dict[str, str]:
    """The pairs of the proxy that the client spoke to, which is the first (RFC 7239).

    None of them where one cannot be read or its host is no host's name: no proxy wrote that.
    """
    pairs: dict[str, str] = {}
    at = 0
    while match := _PAIR.match(header, at):
        name, quoted, plain, next_proxy = match.groups()
        pairs[name.lower()] = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at = match.end()
        if next_proxy or at >= len(header):
            return pairs if _HOST.fullmatch(pairs.get("host", "localhost")) else {}
    return {}


def _first(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "").partition(",")[0].strip()


def _with_port(host: str, port: str, scheme: str) -> str:
    """The port that the proxy listens on, where it tells and the host does not."""
    named = ":" in host.rpartition("]")[2]
    if named or not _PORT.fullmatch(port) or port == _USUAL_PORTS.get(scheme):
        return host
    return f"{host}:{port}"


def _prefix(headers: Mapping[str, str]) -> str:
    """What the proxy took away from the front of the path."""
    prefix = "/" + _first(headers, "x-forwarded-prefix").strip("/")
    return prefix if _PREFIX.fullmatch(prefix) else ""
