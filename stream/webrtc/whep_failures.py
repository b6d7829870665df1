"""What a WHEP server's refusals mean for the one who entered its address."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from stream.redaction import redact, scrub
from stream.source import SourceError

if TYPE_CHECKING:
    from stream.addresses import Address
    from stream.limits import Limits
    from stream.webrtc.whep_places import Place

_LONGEST_WORDS = 160
_REFUSING_CODECS: Final = (400, 406, 415, 422, 488)
_ODD_WAYS: Final = {
    405: "takes no POST (405). Its WHEP address is another one, often ending in /whep",
    406: "wants to make the offer itself (406), which is not supported",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: `place` is where, after redirects, with the address that answered."""

    place: Place
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def kind(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def words(self) -> str:
        """Its own explanation, cut to a line; empty where it is a page for people."""
        if self.kind not in ("text/plain", "application/json"):
            return ""
        text = " ".join(self.body.decode("utf-8", "replace").split())
        return "".join(letter for letter in text if letter.isprintable())[:_LONGEST_WORDS]


def refused(reply: Reply, address: Address) -> SourceError:
    """The declared failure behind a status that is no success."""
    shown = address.shown
    words = f" It says “{scrub(reply.words, address.target)}”." if reply.words else ""
    if reply.status in (401, 403):
        return SourceError(
            "unauthorized",
            f"{shown} wants another user, password or token, written before the host: user:password@host or "
            f"token@host.{words}",
        )
    if reply.status in (404, 410):
        return SourceError(
            "notFound", f"{shown} does not exist there, or nobody publishes to it. Check the path.{words}"
        )
    if reply.status in _REFUSING_CODECS and "codec" in reply.words.lower():
        return SourceError(
            "codec", f"{shown} has no video in a codec that is received: H.264, VP8 or VP9.{words}"
        )
    if 300 <= reply.status < 400:
        location = redact(reply.headers.get("location", "nowhere")[:_LONGEST_WORDS])
        return strange(address, f"has moved ({reply.status}) to “{location}”. Write the new address")
    return strange(address, _ODD_WAYS.get(reply.status, f"answers with status {reply.status}"), words)


def unreached(error: BaseException, address: Address) -> SourceError:
    """The declared failure behind an exception of the HTTP client."""
    if tls := _tls_error(error):
        reason = getattr(tls, "verify_message", "") or tls.reason or "it does not speak TLS"
        return SourceError(
            "tls",
            f"There is no secure connection to {address.shown}: {reason}. "
            "Check its certificate; a server without TLS is written whep://.",
        )
    if isinstance(error, httpx.ConnectError):
        return SourceError(
            "unreachable",
            f"Nothing could be reached at {address.peer} ({address.shown}). "
            "Check the address and the network.",
        )
    return strange(address, f"does not speak HTTP as it should ({type(error).__name__})")


def unanswered(address: Address, limits: Limits) -> SourceError:
    return SourceError(
        "timeout",
        f"{address.shown} gave no answer within {limits.open:g} s. "
        "Check that a WHEP server is behind this address and not overloaded.",
    )


def strange(address: Address, what: str, words: str = "") -> SourceError:
    return SourceError("protocol", f"{address.shown} {what}.{words}")


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
