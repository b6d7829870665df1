"""The video of one peer: coded pictures in from the network, the newest decoded one out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stream.source import SourceError
from stream.webrtc.decoding import Decoding, Picture, Wishes
from stream.webrtc.encoded_frames import EncodedFrames
from stream.worker import Worker, WorkerHangsError

if TYPE_CHECKING:
    from stream.limits import Limits
    from stream.media_timeline import MediaTimeline
    from stream.source import SourceFigures, SourceInfo

__all__ = ["IncomingVideo", "Picture"]


class IncomingVideo:
    """Decodes in a thread of its own from the start, at full rate; `close` ends it.

    `name` begins the sentences of its errors and must hold no credentials. `timeline` goes on over
    reconnects; a new video restarts it. Needs a running event loop.
    """

    def __init__(
        self, name: str, fps: float | None, limits: Limits, figures: SourceFigures, timeline: MediaTimeline
    ) -> None:
        self.name = name
        self.limits = limits
        self.figures = figures
        self.frames = EncodedFrames(figures)
        timeline.restart()
        self._one_at_a_time = asyncio.Lock()  # the worker has one consumer
        self._decoding = Decoding(Wishes(name, fps, limits), self.frames, figures, timeline)
        self._worker: Worker[Picture] = Worker(f"decode {name}", self._decoding.run, live=True)

    @property
    def info(self) -> SourceInfo | None:
        """What comes now, which changes when the peer adapts its resolution; `None` before any picture."""
        return self._decoding.info

    @property
    def ended(self) -> bool:
        """Whether it has failed or was closed."""
        return self.frames.closed

    def pace(self, fps: float | None) -> None:
        """So many frames a second are wanted from now on."""
        self._decoding.pace(fps)

    async def next(self, patience: float) -> Picture | None:
        """The newest picture; `None` when the video was closed.

        Raises `SourceError` when it failed, or once no picture has come for `patience` seconds.
        """
        try:
            async with self._one_at_a_time:
                return await self._worker.next(patience)
        except WorkerHangsError:
            raise SourceError("timeout", f"{self.name} has sent no video for {patience:g} s.") from None

    def fail(self, failure: SourceError) -> None:
        """What `next` raises from now on; nothing after the video has ended already."""
        self.frames.close(failure)

    async def close(self) -> bool:
        """Ends it without a failure, if it has not failed yet; false if the decoder did not end in time."""
        self.frames.close()  # which also ends a `next` that is waiting
        async with self._one_at_a_time:
            return await self._worker.close(self.limits.close)
