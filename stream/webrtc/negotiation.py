"""What two sides agree on for one incoming video, as the description of either says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stream.webrtc.sdp import number

if TYPE_CHECKING:
    from stream.webrtc.codecs import Codec
    from stream.webrtc.sdp import Description, Section

SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_SETUPS = ("actpass", "active", "passive")
_CREDENTIAL = re.compile(r"[!-~]{1,256}")  # RFC 8839, 5.4
_MOST_CANDIDATES = 32
_MOST_FINGERPRINTS = 16
_LAST_EXTENSION = 255


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


def read_transport(description: Description, video: Section) -> Transport:
    """The transport of the video; raises `ValueError` with a sentence where something of it is missing."""
    places = [video, description.session]
    if video.mid in description.bundle:
        shared = (section for section in description.sections if section.mid == description.bundle[0])
        places[1:1] = shared

    def values(name: str) -> list[str]:
        return next((found for place in places if (found := place.values(name))), [])

    names, passwords, fingerprints = values("ice-ufrag"), values("ice-pwd"), values("fingerprint")
    if not names or not passwords:
        raise ValueError("It has no ICE credentials (ice-ufrag and ice-pwd).")
    if not _CREDENTIAL.fullmatch(names[0]) or not _CREDENTIAL.fullmatch(passwords[0]):
        raise ValueError("Its ICE credentials are not 1 to 256 letters, digits, + or / (ice-ufrag, ice-pwd).")
    if not fingerprints or any(len(text.split()) != 2 for text in fingerprints):
        raise ValueError("It has no fingerprint of a DTLS certificate.")
    setup = next(iter(values("setup")), "actpass")
    if setup not in _SETUPS:
        raise ValueError(f"“setup:{setup[:20]}” is not known; write actpass, active or passive.")
    return Transport(
        names[0],
        passwords[0],
        tuple(fingerprints[:_MOST_FINGERPRINTS]),
        setup,
        tuple(values("candidate")[:_MOST_CANDIDATES]),
        lite=bool(description.session.values("ice-lite")),
    )


def send_time_extension(section: Section) -> int | None:
    """The id under which the section sends the absolute send time, if it does."""
    for value in section.values("extmap"):
        name, _, rest = value.partition(" ")
        if rest.split()[:1] == [SEND_TIME]:
            return number(name.partition("/")[0], _LAST_EXTENSION) or None
    return None
