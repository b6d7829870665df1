"""The video codecs that are received, as they stand in session descriptions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stream.webrtc.sdp import number

if TYPE_CHECKING:
    from stream.webrtc.sdp import Section

CLOCK_RATE = 90_000
_KNOWN = ("h264", "vp8", "vp9")
_FEEDBACK = ("nack", "nack pli", "goog-remb")
_START = "x-google-start-bitrate=2000"
_LAST_PAYLOAD_TYPE = 127
_LONGEST_PARAMETERS = 2000  # with parameter sets in them they have some 200 letters
_MOST_NAMED = 8
_H264_PROFILES = ("42e01f", "42001f", "4d001f", "640032")


@dataclass(frozen=True, slots=True)
class Codec:
    """`name` is FFmpeg's. `rtx` is the payload type its retransmissions come with."""

    name: str
    payload_type: int
    parameters: str
    feedback: tuple[str, ...]
    rtx: int | None

    def sharp_from_the_start(self) -> Codec:
        """With a hint for Chromium, which else begins at 300 kbit/s and a quarter of the pixels."""
        return replace(self, parameters=";".join(filter(None, (self.parameters, _START))))

    @property
    def lines(self) -> list[str]:
        kind = self.payload_type
        lines = [f"a=rtpmap:{kind} {self.name.upper()}/{CLOCK_RATE}"]
        lines += [f"a=fmtp:{kind} {self.parameters}"] if self.parameters else []
        lines += [f"a=rtcp-fb:{kind} {feedback}" for feedback in self.feedback]
        if self.rtx is not None:
            lines += [f"a=rtpmap:{self.rtx} rtx/{CLOCK_RATE}", f"a=fmtp:{self.rtx} apt={kind}"]
        return lines


def offered() -> tuple[Codec, ...]:
    """What we ask a server for: H.264 first, which is what most cameras behind it make."""
    h264 = [
        f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}" for level in _H264_PROFILES
    ]
    kinds = [*(("h264", parameters) for parameters in h264), ("vp8", ""), ("vp9", "profile-id=0")]
    return tuple(
        Codec(name, 96 + 2 * index, parameters, _FEEDBACK, 97 + 2 * index)
        for index, (name, parameters) in enumerate(kinds)
    )


def read_codecs(section: Section) -> tuple[Codec, ...]:
    """Those of a section that can be received, in its order."""
    resent = _retransmissions(section)
    found = (_codec(section, kind, resent) for kind in section.formats)
    return tuple(codec for codec in found if codec)


def names(section: Section) -> str:
    """What a section offers, for messages."""
    encodings = (value.partition(" ")[2].partition("/")[0][:20] for value in section.values("rtpmap"))
    found = dict.fromkeys(name for name in encodings if name.lower() not in ("", "rtx", "red", "ulpfec"))
    shown = [name for name in found if name.isprintable()][:_MOST_NAMED]
    return ", ".join(shown) or "none"


def _codec(section: Section, kind: str, resent: dict[str, int]) -> Codec | None:
    encoding = _first(section, "rtpmap", kind).lower()
    name = encoding.partition("/")[0]
    payload_type = number(kind, _LAST_PAYLOAD_TYPE)
    if name not in _KNOWN or encoding != f"{name}/{CLOCK_RATE}" or payload_type is None:
        return None
    parameters = _first(section, "fmtp", kind)
    if not _readable(name, parameters):
        return None
    wanted = section.of_format("rtcp-fb", kind)
    feedback = tuple(kind for kind in _FEEDBACK if kind in wanted)
    return Codec(name, payload_type, parameters, feedback, resent.get(kind))


def _retransmissions(section: Section) -> dict[str, int]:
    resent: dict[str, int] = {}
    for kind in section.formats:
        payload_type = number(kind, _LAST_PAYLOAD_TYPE)
        if payload_type is not None and _first(section, "rtpmap", kind).lower() == f"rtx/{CLOCK_RATE}":
            resent[_parameters(_first(section, "fmtp", kind)).get("apt", "")] = payload_type
    return resent


def _first(section: Section, name: str, kind: str) -> str:
    return next(iter(section.of_format(name, kind)), "")


def _readable(name: str, parameters: str) -> bool:
    if len(parameters) > _LONGEST_PARAMETERS:
        return False
    values = _parameters(parameters)
    if name == "h264":  # mode 2 sends slices out of order
        return values.get("packetization-mode", "0") in ("0", "1")
    return name != "vp9" or values.get("profile-id", "0") == "0"


def _parameters(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs}
