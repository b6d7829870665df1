"""Takes the RTP packets of one video and makes coded pictures of them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
)
from aiortc.rtp import RtcpByePacket, RtcpSrPacket, unwrap_rtx

from stream.webrtc.assembler import Assembler
from stream.webrtc.codecs import CLOCK_RATE
from stream.webrtc.depayload import Fragment, depayload
from stream.webrtc.encoded_frames import EncodedFrame
from stream.webrtc.feedback import Feedback
from stream.webrtc.negotiation import SEND_TIME
from stream.webrtc.parameter_sets import complete, stated_sets
from stream.webrtc.sender_clock import SenderReport

if TYPE_CHECKING:
    from aiortc import RTCDtlsTransport
    from aiortc.rtp import AnyRtcpPacket, RtpPacket

    from stream.webrtc.incoming import IncomingVideo
    from stream.webrtc.negotiation import Agreement

_SUCCESSION = 1.0  # seconds of silence after which another SSRC may follow
_REPORTS = 1.0  # seconds between two of ours


class VideoReceiver:
    """What aiortc's transport hands packets to. `heard` is when the last of the video came (monotonic),
    `keyless_since` when a key frame was first missed, `None` unless one is missed now.
    """

    def __init__(self, agreement: Agreement, video: IncomingVideo, transport: RTCDtlsTransport) -> None:
        self.heard: float | None = None
        self.keyless_since: float | None = None
        self.disconnected = False
        self._codecs = {codec.payload_type: codec for codec in agreement.codecs}
        self._resent = {codec.rtx: codec.payload_type for codec in agreement.codecs if codec.rtx is not None}
        self._sets = {codec.payload_type: stated_sets(codec.parameters) for codec in agreement.codecs}
        self._video = video
        self._transport = transport
        self._ssrc: int | None = None
        self._assembler = Assembler()
        self._feedback: Feedback | None = None
        self._report: SenderReport | None = None
        self._reported = 0.0
        self._bye: float | None = None

    def parameters(self, agreement: Agreement) -> RTCRtpReceiveParameters:
        kinds = [*self._codecs, *self._resent]
        extensions = (
            [RTCRtpHeaderExtensionParameters(agreement.send_time, SEND_TIME)] if agreement.send_time else []
        )
        return RTCRtpReceiveParameters(
            codecs=[RTCRtpCodecParameters("video/any", CLOCK_RATE, payloadType=kind) for kind in kinds],
            headerExtensions=extensions,
        )

    def said_goodbye(self, now: float) -> bool:
        """Whether the sender ended the video; to change its encoder it says so and begins again at once."""
        return self._bye is not None and now - self._bye > _SUCCESSION

    async def tell(self, now: float) -> None:
        """Sends what is due to the sender."""
        if self._feedback is None or now - self._reported < _REPORTS:
            return
        self._reported = now
        await self._feedback.report(now)

    def _handle_disconnect(self) -> None:
        self.disconnected = True

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and packet.ssrc == self._ssrc and self._feedback:
            self._feedback.reported(packet.sender_info.ntp_timestamp)
            self._report = SenderReport.read(
                packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp
            )
        elif isinstance(packet, RtcpByePacket) and self._ssrc in packet.sources:
            self._bye = time.monotonic()

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        now = time.monotonic()
        again = packet.payload_type in self._resent
        if again:
            if self._ssrc is None or len(packet.payload) < 2:
                return
            packet = unwrap_rtx(packet, self._resent[packet.payload_type], self._ssrc)
        if not self._follows(packet.ssrc, now) or self._feedback is None:
            return
        self.heard, self._bye = now, None
        codec = self._codecs[packet.payload_type]
        if again:
            self._feedback.repaired(packet)
        else:
            await self._feedback.arrived(packet, arrival_time_ms, resends="nack" in codec.feedback)
        self._assemble(packet, codec.name, now)
        if not self._video.frames.wants_key:
            self.keyless_since = None
            return
        self.keyless_since = self.keyless_since or now
        await self._feedback.want_key(now)

    def _follows(self, ssrc: int, now: float) -> bool:
        """Whether these packets are the video's; another SSRC may take over from one that has gone silent."""
        if ssrc == self._ssrc:
            return True
        if self._ssrc is not None and now - (self.heard or 0.0) < _SUCCESSION:
            return False
        self._ssrc = ssrc
        self._assembler = Assembler()
        self._feedback = Feedback(self._transport, ssrc, now)
        self._report = None
        self._video.frames.lose()
        return True

    def _assemble(self, packet: RtpPacket, codec: str, now: float) -> None:
        video, assembler = self._video, self._assembler
        try:
            fragment = depayload(codec, packet.payload)
        except ValueError:
            fragment = Fragment(b"")
            video.figures.drop("corrupt")
            video.frames.lose()
        lost = assembler.lost
        pictures = assembler.add(packet.sequence_number, packet.timestamp, bool(packet.marker), fragment, now)
        if assembler.lost > lost:
            video.figures.drop("lost", assembler.lost - lost)
            video.frames.lose()
        for picture in pictures:
            if picture.key and (sets := self._sets[packet.payload_type]):
                picture = replace(picture, data=complete(sets, picture.data))
            video.frames.put(EncodedFrame(codec, picture, self._report))
