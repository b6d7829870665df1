"""Offers and answers for one incoming video: what is agreed on, and the texts that say so."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stream.webrtc import codecs
from stream.webrtc.failures import AnswerError, NoCodecError, OfferError
from stream.webrtc.sdp import Description, Section, parse

if TYPE_CHECKING:
    from stream.webrtc.codecs import Codec

SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_PROTOCOL = "UDP/TLS/RTP/SAVPF"
_ROLES = {"actpass": "active", "passive": "active", "active": "passive"}
_MOST_CANDIDATES = 32


@dataclass(frozen=True, slots=True)
class Transport:
    """One side's half of a connection: ICE credentials, certificate, `setup` (actpass, active, passive) and
    candidates as they stand after `a=candidate:`.
    """

    username: str
    password: str
    fingerprints: tuple[str, ...]
    setup: str
    candidates: tuple[str, ...] = ()
    lite: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the peer will send and how it is reached. `setup` of `peer` is what it has become for the peer.

    `send_time` is the id of the header extension with the absolute send time, if the peer sends that.
    """

    codecs: tuple[Codec, ...]
    peer: Transport
    send_time: int | None


class Offer:
    """A peer's offer; raises `OfferError` if there is no video in it that can be received."""

    def __init__(self, text: str) -> None:
        try:
            self._description = parse(text)
        except ValueError as error:
            raise OfferError(f"The offer cannot be read. {error}") from None
        self._video = _offered_video(self._description)
        offered = _transport(self._description, self._video)
        if isinstance(offered, str):
            raise OfferError(f"The offer cannot be answered: {offered}")
        self.setup = _ROLES[offered.setup]
        self.agreement = Agreement(
            codecs.read_codecs(self._video), offered, _extension(self._video, SEND_TIME)
        )

    def answer(self, own: Transport) -> str:
        """Receives the video; what shares its transport stays in it unsent, all else is refused."""
        bundle = self._description.bundle if self._video.mid in self._description.bundle else ()
        kept = [mid for mid in bundle if self._keeps(mid)]
        lines = _head(kept)
        for section in self._description.sections:
            if section is self._video:
                agreed = tuple(codec.sharp_from_the_start() for codec in self.agreement.codecs)
                lines += _video_lines(section, agreed, own, self.agreement.send_time)
            else:
                lines += _unwanted_lines(section, own, kept=section.mid in kept)
        return _text(lines)

    def _keeps(self, mid: str) -> bool:
        section = next((section for section in self._description.sections if section.mid == mid), None)
        return section is not None and section.kind in ("audio", "video")


def check_offer(offer: str) -> None:
    """Raises `OfferError` for an offer that could not be answered."""
    Offer(offer)


def write_offer(own: Transport) -> str:
    """Asks for one video."""
    section = Section("video", 9, _PROTOCOL, (), (("mid", "0"),))
    return _text([*_head(["0"]), *_video_lines(section, codecs.offered(), own, 1)])


def read_answer(text: str) -> Agreement:
    """What came of `write_offer`; raises `AnswerError`."""
    try:
        description = parse(text)
    except ValueError as error:
        raise AnswerError(f"The answer cannot be read. {error}") from None
    video = next((section for section in description.sections if section.kind == "video"), None)
    if video is None or not video.port or video.direction in ("recvonly", "inactive"):
        raise AnswerError("The server sends no video. Check that something is published there.")
    agreed = codecs.read_codecs(video)
    if not agreed:
        raise NoCodecError(f"The server sends {codecs.names(video)}; only H.264, VP8 and VP9 are received.")
    peer = _transport(description, video)
    if isinstance(peer, str):
        raise AnswerError(f"The answer cannot be used: {peer}")
    if peer.setup not in ("active", "passive"):
        raise AnswerError("The answer does not say who begins DTLS (setup:active or setup:passive).")
    return Agreement(agreed, peer, _extension(video, SEND_TIME))


def _offered_video(description: Description) -> Section:
    videos = [section for section in description.sections if section.kind == "video"]
    if not videos:
        raise OfferError("The offer holds no video. Publish a camera or a screen, not only sound.")
    usable = [section for section in videos if section.port or section.value("bundle-only") is not None]
    sent = [section for section in usable if section.direction in ("sendonly", "sendrecv")]
    if not sent:
        raise OfferError("The offer sends no video: its direction has to be sendonly.")
    readable = [section for section in sent if codecs.read_codecs(section)]
    if not readable:
        raise OfferError(
            f"The offer's video comes as {codecs.names(sent[0])}; only H.264, VP8 and VP9 are received."
        )
    if readable[0].value("rtcp-mux") is None:
        raise OfferError("The offer wants RTCP on a port of its own; only rtcp-mux is supported.")
    return readable[0]


def _transport(description: Description, video: Section) -> Transport | str:
    """The transport of the video, or what is missing."""
    places = [video, description.session]
    if video.mid in description.bundle:
        shared = (section for section in description.sections if section.mid == description.bundle[0])
        places[1:1] = shared

    def values(name: str) -> list[str]:
        return next((found for place in places if (found := place.values(name))), [])

    names, passwords, fingerprints = values("ice-ufrag"), values("ice-pwd"), values("fingerprint")
    if not names or not passwords:
        return "it has no ICE credentials (ice-ufrag and ice-pwd)."
    if not fingerprints or any(len(text.split()) != 2 for text in fingerprints):
        return "it has no fingerprint of a DTLS certificate."
    setup = next(iter(values("setup")), "actpass")
    if setup not in _ROLES:
        return f"“setup:{setup[:20]}” is not known."
    lite = bool(description.session.values("ice-lite"))
    candidates = tuple(values("candidate")[:_MOST_CANDIDATES])
    return Transport(names[0], passwords[0], tuple(fingerprints), setup, candidates, lite)


def _extension(section: Section, uri: str) -> int | None:
    for value in section.values("extmap"):
        number, _, rest = value.partition(" ")
        if rest.split()[:1] == [uri] and number.partition("/")[0].isdecimal():
            return int(number.partition("/")[0])
    return None


def _head(bundle: list[str]) -> list[str]:
    lines = ["v=0", f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    return lines + ([f"a=group:BUNDLE {' '.join(bundle)}"] if bundle else [])


def _video_lines(
    section: Section, wanted: tuple[Codec, ...], own: Transport, send_time: int | None
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


def _unwanted_lines(section: Section, own: Transport, *, kept: bool) -> list[str]:
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


def _text(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
