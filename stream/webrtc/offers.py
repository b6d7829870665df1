"""Offers of peers that send us video, with the answers they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.webrtc import codecs
from stream.webrtc.failures import OfferError
from stream.webrtc.negotiation import Agreement, read_transport, send_time_extension
from stream.webrtc.sdp import parse
from stream.webrtc.section_lines import as_text, head_lines, unwanted_lines, video_lines

if TYPE_CHECKING:
    from stream.webrtc.codecs import Codec
    from stream.webrtc.negotiation import Transport
    from stream.webrtc.sdp import Description, Section

_ROLES = {"actpass": "active", "passive": "active", "active": "passive"}


class Offer:
    """A peer's offer; raises `OfferError` if there is no video in it that can be received."""

    def __init__(self, text: str) -> None:
        try:
            self._description = parse(text)
            self._video, readable = _offered_video(self._description)
            peer = read_transport(self._description, self._video)
            self.agreement = Agreement(readable, peer, send_time_extension(self._video))
        except ValueError as error:
            raise OfferError(f"The offer cannot be answered. {error}") from None
        self.setup = _ROLES[peer.setup]

    def answer(self, own: Transport) -> str:
        """Receives the video; what shares its transport stays in it unsent, all else is refused."""
        kept = self._kept()
        lines = head_lines(kept)
        for section in self._description.sections:
            if section is self._video:
                agreed = [codec.sharp_from_the_start() for codec in self.agreement.codecs]
                lines += video_lines(section, agreed, own, self.agreement.send_time)
            else:
                lines += unwanted_lines(section, own, kept=section.mid in kept)
        return as_text(lines)

    def _kept(self) -> list[str]:
        """The sections of the bundle that stay in it; none where the video is not in it."""
        bundle = self._description.bundle
        if self._video.mid not in bundle:
            return []
        kinds: dict[str | None, str] = {}
        for section in self._description.sections:
            kinds.setdefault(section.mid, section.kind)
        return [mid for mid in bundle if kinds.get(mid) in ("audio", "video")]


def _offered_video(description: Description) -> tuple[Section, tuple[Codec, ...]]:
    """The first that can be received, and its codecs; raises `ValueError`."""
    videos = [section for section in description.sections if section.kind == "video"]
    if not videos:
        raise ValueError("It holds no video. Publish a camera or a screen, not only sound.")
    usable = [section for section in videos if section.port or section.value("bundle-only") is not None]
    sent = [section for section in usable if section.direction in ("sendonly", "sendrecv")]
    if not sent:
        raise ValueError("It sends no video: its direction has to be sendonly.")
    read = ((section, codecs.read_codecs(section)) for section in sent)
    video, readable = next(((section, found) for section, found in read if found), (sent[0], ()))
    if not readable:
        raise ValueError(f"Its video comes as {codecs.names(video)}; only H.264, VP8 and VP9 are received.")
    if video.value("rtcp-mux") is None:
        raise ValueError("It wants RTCP on a port of its own; only rtcp-mux is supported.")
    return video, readable
