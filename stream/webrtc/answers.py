"""Our offer for one video, and what a server answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.webrtc import codecs
from stream.webrtc.failures import AnswerError, NoCodecError
from stream.webrtc.negotiation import Agreement, read_transport, send_time_extension
from stream.webrtc.sdp import Section, parse
from stream.webrtc.section_lines import as_text, head_lines, video_lines

if TYPE_CHECKING:
    from stream.webrtc.negotiation import Transport

_PROTOCOL = "UDP/TLS/RTP/SAVPF"


def write_offer(own: Transport) -> str:
    """Asks for one video."""
    section = Section("video", 9, _PROTOCOL, (), (("mid", "0"),))
    return as_text([*head_lines(["0"]), *video_lines(section, codecs.offered(), own, 1)])


def read_answer(text: str) -> Agreement:
    """What came of `write_offer`; raises `AnswerError`."""
    try:
        return _agreement(text)
    except ValueError as error:
        raise AnswerError(f"The answer cannot be used. {error}") from None


def _agreement(text: str) -> Agreement:
    description = parse(text)
    video = next((section for section in description.sections if section.kind == "video"), None)
    if video is None or not video.port or video.direction in ("recvonly", "inactive"):
        raise AnswerError("The server sends no video. Check that something is published there.")
    agreed = codecs.read_codecs(video)
    if not agreed:
        raise NoCodecError(f"The server sends {codecs.names(video)}; only H.264, VP8 and VP9 are received.")
    peer = read_transport(description, video)
    if peer.setup == "actpass":
        raise AnswerError("The answer does not say who begins DTLS (setup:active or setup:passive).")
    return Agreement(agreed, peer, send_time_extension(video))
