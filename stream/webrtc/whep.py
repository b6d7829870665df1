"""Frames pulled by WHEP from a media server: MediaMTX, go2rtc, Cloudflare Stream and the like."""

from __future__ import annotations

import logging
from contextlib import aclosing
from itertools import count
from typing import TYPE_CHECKING

from stream.limits import Limits
from stream.media_timeline import MediaTimeline
from stream.source import SourceError, SourceFigures
from stream.webrtc.failures import AnswerError, FullError, NoCodecError
from stream.webrtc.incoming import IncomingVideo
from stream.webrtc.peer import Peer
from stream.webrtc.whep_signalling import WhepSignalling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.addresses import Address
    from stream.frame import Frame
    from stream.source import SourceInfo
    from stream.webrtc.options import WebRtcOptions

logger = logging.getLogger(__name__)

_GRACE = 1.0  # the peer's own limits come first: its message says more


class WhepSource:
    """One stream of a WHEP server; each call of `frames` is a session of its own, ended when it is closed."""

    def __init__(
        self,
        stream: str,
        address: Address,
        options: WebRtcOptions,
        *,
        fps: float | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.figures = SourceFigures()
        self._stream = stream
        self._address = address
        self._options = options
        self._fps = fps
        self._limits = limits or Limits()
        self._timeline = MediaTimeline()
        self._numbers = count()
        self._video: IncomingVideo | None = None
        self._info: SourceInfo | None = None

    @property
    def info(self) -> SourceInfo | None:
        """What was opened last."""
        if self._video and (info := self._video.info):
            self._info = info
        return self._info

    def pace(self, fps: float) -> None:
        self._fps = fps
        if self._video:
            self._video.pace(fps)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        try:
            async with aclosing(self._session()) as frames:
                async for frame in frames:
                    yield frame
        except SourceError:
            raise
        except Exception as error:  # what a server sends must not end the service
            shown = self._address.shown
            logger.exception("%s: the session broke in an unforeseen way.", shown)
            raise SourceError("protocol", f"{shown} sent what could not be handled.") from error

    async def _session(self) -> AsyncGenerator[Frame, None]:
        signalling = WhepSignalling(self._address, self._limits)
        video = self._video = IncomingVideo(
            self._address.shown, self._fps, self._limits, self.figures, self._timeline
        )
        peer = Peer(self._options, video)
        try:
            await self._connect(peer, signalling)
            patience = self._limits.open + self._limits.first_frame
            while picture := await video.next(patience + _GRACE):
                yield picture.frame(self._stream, next(self._numbers))
                patience = self._limits.stall
        finally:
            try:
                await signalling.leave()
            finally:
                await peer.close()

    async def _connect(self, peer: Peer, signalling: WhepSignalling) -> None:
        try:
            await peer.accept(await signalling.play(await peer.offer_video()))
        except NoCodecError as error:
            raise SourceError("codec", f"{self._address.shown}: {error}") from None
        except AnswerError as error:
            raise SourceError("protocol", f"{self._address.shown}: {error}") from None
        except FullError as error:
            raise SourceError("unreachable", f"{self._address.shown}: {error}") from None
