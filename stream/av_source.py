"""Frames from everything FFmpeg opens: cameras on the network and on this machine, servers, files."""

from __future__ import annotations

import logging
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from stream.av_reader import AvReader
from stream.cadence import Cadence
from stream.frame import Frame
from stream.limits import Limits
from stream.media_timeline import MediaTimeline
from stream.playback import Picture, Wishes
from stream.source import SourceError, SourceFigures
from stream.worker import Worker, WorkerHangsError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.addresses import Address
    from stream.decoding_turns import DecodingTurns
    from stream.hardware import Hardware
    from stream.source import SourceInfo

logger = logging.getLogger(__name__)

_GRACE = 1.0  # the thread's own limits come first: its message says more
_OPENING_STEPS = 2  # connecting and looking into the medium have the limit each
_AHEAD, _GENTLY_AHEAD = 8, 2  # pictures, of up to 100 MB each


class AvSource:
    """One stream through PyAV, decoded in a thread of its own.

    Live, only the newest frame waits for the consumer; offline decoding waits for it. At most `fps` a second
    are handed on, or every frame.
    """

    def __init__(
        self,
        stream: str,
        address: Address,
        *,
        fps: float | None = None,
        live: bool = True,
        loop: bool = False,
        limits: Limits | None = None,
        gentle: bool = False,
        hardware: Hardware | None = None,
        turns: DecodingTurns | None = None,
    ) -> None:
        """A `gentle` one is decoded in one thread, which gives way to the others. Those with the same `turns`
        take turns.
        """
        self.figures = SourceFigures()
        self._stream = stream
        self._wishes = Wishes(
            address, Cadence(fps), live, loop, limits or Limits(), gentle, hardware, turns or nullcontext()
        )
        self._timeline = MediaTimeline()
        self._sequence = 0
        self._reader: AvReader | None = None

    @property
    def info(self) -> SourceInfo | None:
        return self._reader.info if self._reader else None

    def pace(self, fps: float) -> None:
        self._wishes.cadence.pace(fps)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        reader = self._reader = AvReader(self._wishes, self.figures, self._timeline, self.info)
        wishes = self._wishes
        ahead = _GENTLY_AHEAD if wishes.gentle else _AHEAD
        worker: Worker[Picture] = Worker(
            f"decode {self._stream}", reader.read, live=wishes.live, capacity=ahead
        )
        try:
            while picture := await self._next(worker, reader):
                yield self._frame(picture)
        finally:
            if not await worker.close(self._wishes.limits.close):
                logger.info("%s: the connection is still closing and ends by itself.", self._stream)

    async def _next(self, worker: Worker[Picture], reader: AvReader) -> Picture | None:
        limits = self._wishes.limits
        patience = limits.open * _OPENING_STEPS if reader.opening else limits.stall
        try:
            return await worker.next(patience + _GRACE)
        except WorkerHangsError as error:
            raise SourceError(
                "timeout",
                f"{self._wishes.address.shown} blocks: neither a picture nor an end in {patience:g} s. "
                "Check the name server, the network and the device.",
            ) from error

    def _frame(self, picture: Picture) -> Frame:
        sequence = self._sequence
        self._sequence += 1
        age = time.monotonic() - picture.captured
        utc = time.time() - age
        return Frame(
            self._stream, sequence, picture.captured, utc, picture.pts, picture.pixels, self._interval()
        )

    def _interval(self) -> float | None:
        own = self.info.fps if self.info else None
        intervals = [each for each in (self._wishes.cadence.interval, 1 / own if own else None) if each]
        return max(intervals, default=None)
