"""A publisher of drawn pictures for tests: a real peer connection of aiortc, without signalling."""

from __future__ import annotations

import asyncio
import fractions
import time
from typing import TYPE_CHECKING

import av
import numpy as np
from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
    VideoStreamTrack,
)

if TYPE_CHECKING:
    import random
    from typing import Self

RATE = 90_000
_MEDIA = 128  # the first byte of RTP and RTCP (RFC 7983)
_CONTROL = range(192, 209)  # RTCP's second


class DrawnTrack(VideoStreamTrack):
    """Pictures whose brightness rises from the left to the right; the size may be changed at any time,
    and none come while `shown` is not set."""

    def __init__(self, width: int = 320, height: int = 240, fps: int = 30) -> None:
        super().__init__()
        self.size = (width, height)
        self.shown = asyncio.Event()
        self.shown.set()
        self._fps = fps
        self._count = 0
        self._begun = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        self._count += 1
        due = self._begun + self._count / self._fps
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await self.shown.wait()
        width, height = self.size
        row = np.linspace(16, 235, width).astype(np.uint8)
        grey = np.roll(np.tile(row, (height, 1)), self._count, axis=1)
        frame = av.VideoFrame.from_ndarray(grey, format="gray8").reformat(format="yuv420p")
        frame.pts = self._count * RATE // self._fps
        frame.time_base = fractions.Fraction(1, RATE)
        return frame


class DrawnPublisher:
    """Closed by `async with`; `offer` first, then `accept` with the answer."""

    def __init__(self, codec: str = "VP8", *, sound: bool = False) -> None:
        self.track = DrawnTrack()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if sound:
            self.connection.addTransceiver("audio", direction="sendonly")
        transceiver = self.connection.addTransceiver(self.track, direction="sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([kind for kind in known if kind.name in (codec, "rtx")])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()

    def lose(self, share: float, chance: random.Random) -> None:
        """This share of the media packets does not arrive from now on."""
        transport = self.connection.getSenders()[-1].transport.transport
        send = transport._send  # noqa: SLF001 - the network is not ours

        async def lossy(data: bytes) -> None:
            if data[0] < _MEDIA or data[1] in _CONTROL or chance.random() >= share:
                await send(data)

        transport._send = lossy  # noqa: SLF001

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
