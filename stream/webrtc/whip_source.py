"""Frames from whoever publishes to a stream by WHIP."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from stream.media_timeline import MediaTimeline
from stream.source import SourceError, SourceFigures
from stream.webrtc.failures import ClosedError
from stream.webrtc.incoming import IncomingVideo
from stream.webrtc.peer import Peer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.frame import Frame
    from stream.limits import Limits
    from stream.source import SourceInfo
    from stream.spec import StreamSpec
    from stream.webrtc.offers import Offer
    from stream.webrtc.options import WebRtcOptions

_GRACE = 1.0  # the peer's own limits come first: its message says more


@dataclass(frozen=True, slots=True)
class _Publication:
    session: str
    peer: Peer


class WhipSource:
    """`frames` waits for a publisher for as long as it takes, ends when that one says so, and raises
    `SourceError` when it is lost. Closing the frames ends its session.

    Who closes the connection and says so by HTTP may be heard in either order: the next `frames` end at once
    where the word comes second.
    """

    def __init__(self, spec: StreamSpec, options: WebRtcOptions, limits: Limits) -> None:
        self.figures = SourceFigures()
        self._spec = spec
        self._fps = spec.fps
        self._options = options
        self._limits = limits
        self._timeline = MediaTimeline()
        self._numbers = count()
        self._publication: _Publication | None = None
        self._hung_up: str | None = None  # the session whose connection was closed: its word may follow
        self._dismissed: str | None = None  # the last session that has said that it leaves
        self._arrival = asyncio.Event()
        self._info: SourceInfo | None = None

    @property
    def info(self) -> SourceInfo | None:
        """What was published last."""
        if self._publication and (info := self._publication.peer.video.info):
            self._info = info
        return self._info

    @property
    def taken(self) -> bool:
        """Whether a publisher is connected or connecting."""
        return self._publication is not None and not self._publication.peer.video.ended

    def change(self, spec: StreamSpec) -> None:
        """Other frames are wanted from now on, of the publisher there is too."""
        self._spec = spec
        self.pace(spec.fps)

    def pace(self, fps: float) -> None:
        self._fps = fps
        if self._publication:
            self._publication.peer.video.pace(fps)

    async def admit(self, session: str, offer: Offer) -> str:
        """Lets a publisher in; its place is taken from the start.

        Raises `FullError`, or `ClosedError` when the source is closed meanwhile.
        """
        video = IncomingVideo("The publisher", self._fps, self._limits, self.figures, self._timeline)
        before = self._publication
        publication = self._publication = _Publication(session, Peer(self._options, video))
        self._hung_up = None
        self._arrival.clear()
        try:
            if before:
                await before.peer.close()
            answer = await publication.peer.answer(offer)
            if self._publication is not publication:
                raise ClosedError(f"{video.name} was turned away while it came in.")
        except BaseException:
            await self._release(publication)
            raise
        self._arrival.set()
        return answer

    async def dismiss(self, session: str) -> bool:
        """Ends the session of this name; false if there is none."""
        publication = self._publication
        known = publication.session if publication else self._hung_up
        if known is None or not secrets.compare_digest(known.encode(), session.encode()):
            return False
        self._hung_up, self._dismissed = None, known
        if publication:
            await self._release(publication)
        else:
            self._arrival.set()
        return True

    async def close(self) -> None:
        """Ends whichever session there is."""
        if self._publication:
            await self._release(self._publication)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        publication = await self._publisher()
        if publication is None:
            return
        try:
            while picture := await publication.peer.video.next(self._patience):
                yield picture.frame(self._spec.id, next(self._numbers))
        except SourceError as error:
            if self._dismissed == publication.session:
                return
            if error.code == "ended":
                self._hung_up = publication.session
            raise
        finally:
            await self._release(publication)

    async def _publisher(self) -> _Publication | None:
        """The next one to come; `None` where the one before takes its leave instead."""
        await self._arrival.wait()
        self._arrival.clear()
        return self._publication

    async def _release(self, publication: _Publication) -> None:
        publication.peer.video.frames.close()
        if self._publication is publication:
            self._info = self.info
            self._publication = None
            self._arrival.clear()
        await publication.peer.close()

    @property
    def _patience(self) -> float:
        limits = self._limits
        return limits.open + limits.first_frame + _GRACE
