"""The lines of the descriptions we write."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from stream.webrtc.negotiation import SEND_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stream.webrtc.codecs import Codec
    from stream.webrtc.negotiation import Transport
    from stream.webrtc.sdp import Section


def head_lines(bundle: Sequence[str]) -> list[str]:
    lines = ["v=0", f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    return lines + ([f"a=group:BUNDLE {' '.join(bundle)}"] if bundle else [])


def video_lines(
    section: Section, wanted: Sequence[Codec], own: Transport, send_time: int | None
) -> list[str]:
    formats = [str(kind) for codec in wanted for kind in (codec.payload_type, codec.rtx) if kind is not None]
    return [
        f"m=video 9 {section.protocol} {' '.join(formats)}",
        *_connection_lines(section, own),
        "a=recvonly",
        *([f"a=extmap:{send_time} {SEND_TIME}"] if send_time is not None else []),
        *(line for codec in wanted for line in codec.lines),
        *(f"a=candidate:{candidate}" for candidate in own.candidates),
        "a=end-of-candidates",
    ]


def unwanted_lines(section: Section, own: Transport, *, kept: bool) -> list[str]:
    """Inactive where it shares the transport, which some peers cannot do without; else refused by port 0."""
    first = section.formats[0]
    named = [
        f"a={name}:{first} {value}" for name in ("rtpmap", "fmtp") for value in section.of_format(name, first)
    ]
    return [
        f"m={section.kind} {9 if kept else 0} {section.protocol} {first}",
        *_connection_lines(section, own),
        "a=inactive",
        *(named if section.kind in ("audio", "video") else []),
        *((f"a=candidate:{candidate}" for candidate in own.candidates) if kept else ()),
        *(["a=end-of-candidates"] if kept else []),
    ]


def as_text(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def _connection_lines(section: Section, own: Transport) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        *([f"a=mid:{section.mid}"] if section.mid is not None else []),
        *(["a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp-mux"] if section.kind in ("audio", "video") else []),
        f"a=ice-ufrag:{own.username}",
        f"a=ice-pwd:{own.password}",
        *(f"a=fingerprint:{fingerprint}" for fingerprint in own.fingerprints),
        f"a=setup:{own.setup}",
    ]
