"""What a receiver of video tells its sender by RTCP: what is missing, what arrives, what is needed."""

from __future__ import annotations

import contextlib
import secrets
import time
from typing import TYPE_CHECKING

from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    pack_remb_fci,
)

from stream.webrtc.codecs import CLOCK_RATE

if TYPE_CHECKING:
    from aiortc import RTCDtlsTransport
    from aiortc.rtp import AnyRtcpPacket, RtpPacket

_BETWEEN_KEYS = 0.5  # seconds: a key frame takes its time to come
_LONGEST_DELAY = 65536.0


class Feedback:
    """Of one SSRC; a new one begins anew. `now` is monotonic."""

    def __init__(self, transport: RTCDtlsTransport, ssrc: int, now: float) -> None:
        self._transport = transport
        self._own = secrets.randbits(32)
        self._ssrc = ssrc
        self._missing = NackGenerator()
        self._statistics = StreamStatistics(CLOCK_RATE)
        self._bitrate = RemoteBitrateEstimator()
        self._asked_for_key = now  # the first picture is one
        self._last_report = (0, 0.0)

    async def arrived(self, packet: RtpPacket, arrival_ms: int, *, resends: bool) -> None:
        """Of a packet that came the first time, not again."""
        self._statistics.add(packet)
        if self._missing.add(packet) and resends:
            lost = sorted(self._missing.missing)
            await self._send(RtcpRtpfbPacket(RTCP_RTPFB_NACK, self._own, self._ssrc, lost))
        sent = packet.extensions.abs_send_time
        if sent is None:
            return
        size = len(packet.payload) + packet.padding_size
        if estimate := self._bitrate.add(arrival_ms, sent, size, packet.ssrc):
            await self._send(RtcpPsfbPacket(RTCP_PSFB_APP, self._own, 0, pack_remb_fci(*estimate)))

    def repaired(self, packet: RtpPacket) -> None:
        self._missing.add(packet)

    async def want_key(self, now: float) -> None:
        if now - self._asked_for_key >= _BETWEEN_KEYS:
            self._asked_for_key = now
            await self._send(RtcpPsfbPacket(RTCP_PSFB_PLI, self._own, self._ssrc))

    def reported(self, ntp_timestamp: int) -> None:
        """The sender has made a report, which the next one of ours refers to."""
        self._last_report = (ntp_timestamp >> 16 & 0xFFFFFFFF, time.monotonic())

    async def report(self, now: float) -> None:
        middle, at = self._last_report
        delay = int((now - at) * 65536) if middle and now - at < _LONGEST_DELAY else 0
        statistics = self._statistics
        if statistics.max_seq is None:
            return
        info = RtcpReceiverInfo(
            ssrc=self._ssrc,
            fraction_lost=min(statistics.fraction_lost, 0xFF),
            packets_lost=statistics.packets_lost,
            highest_sequence=(statistics.cycles + statistics.max_seq) & 0xFFFFFFFF,
            jitter=min(statistics.jitter, 0xFFFFFFFF),  # as large as the sender likes
            lsr=middle,
            dlsr=delay,
        )
        await self._send(RtcpRrPacket(self._own, [info]))

    async def _send(self, packet: AnyRtcpPacket) -> None:
        with contextlib.suppress(ConnectionError):  # the connection is just ending
            await self._transport._send_rtp(bytes(packet))  # noqa: SLF001 - aiortc has no other way
