"""Frames of drawn people whose expressions are known: a camera that is always there."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stream.array_pixels import ArrayPixels
from stream.cadence import Cadence
from stream.frame import Frame
from stream.pattern import Scene, Timeline
from stream.source import SourceError, SourceFigures, SourceInfo
from stream.worker import Worker, WorkerHangsError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.handover import Handover
    from stream.pattern import PatternAddress

_PATIENCE = 30.0  # one picture takes milliseconds, on a very busy machine perhaps a second
_CLOSE = 5.0


@dataclass(frozen=True, slots=True)
class _Rendered:
    captured: float
    pts: float
    pixels: ArrayPixels


class PatternSource:
    """Renders in a thread of its own, at the address's fps or as many of them as `fps` allows.

    Media time is the time of the timeline; it begins at 0 and goes on when the frames are asked for again.
    Live it keeps to the clock for ever, leaving out what cannot be rendered in time; offline it yields every
    frame of `duration` seconds, one cycle of the timeline if that is `None`.
    """

    def __init__(
        self,
        stream: str,
        address: PatternAddress,
        *,
        fps: float | None = None,
        live: bool = True,
        duration: float | None = None,
    ) -> None:
        self.timeline = Timeline(hold=address.hold)
        self.figures = SourceFigures()
        self.info: SourceInfo | None = None
        self._stream = stream
        self._address = address
        self._cadence = Cadence(fps if live else None)
        self._live = live
        self._end = math.inf if live else (self.timeline.cycle if duration is None else duration)
        self._next = 0
        self._sequence = 0

    def pace(self, fps: float) -> None:
        self._cadence.pace(fps)

    async def frames(self) -> AsyncGenerator[Frame, None]:
        address = self._address
        self.info = SourceInfo(address.width, address.height, address.fps, "rendered")
        worker: Worker[_Rendered] = Worker(f"render {self._stream}", self._render, live=self._live)
        try:
            while rendered := await worker.next(_PATIENCE):
                yield self._frame(rendered)
        except WorkerHangsError as error:
            raise SourceError(
                "timeout", f"The test pattern {self._stream} is not rendered any more."
            ) from error
        finally:
            await worker.close(_CLOSE)

    def _frame(self, rendered: _Rendered) -> Frame:
        sequence = self._sequence
        self._sequence += 1
        utc = time.time() - (time.monotonic() - rendered.captured)
        interval = max(1 / self._address.fps, self._cadence.interval or 0.0)
        return Frame(self._stream, sequence, rendered.captured, utc, rendered.pts, rendered.pixels, interval)

    def _render(self, handover: Handover[_Rendered]) -> None:
        address = self._address
        scene = Scene(address.width, address.height, address.people, address.seed, self.timeline)
        scene.render(self._next / address.fps)  # the first one prepares much; the clock starts after it
        begin = time.monotonic() - self._next / address.fps
        while self._next / address.fps < self._end:
            handover.breathe()
            if self._live:
                self._catch_up(begin)
            pts = self._next / address.fps
            self._next += 1
            if not self._cadence.picks(pts):
                self.figures.drop("fps")
                continue
            pixels = ArrayPixels(scene.render(pts))
            self.figures.decoded += 1
            if self._live:
                handover.sleep_until(begin + pts)
            if handover.put(_Rendered(time.monotonic(), pts, pixels)):
                self.figures.drop("superseded")

    def _catch_up(self, begin: float) -> None:
        late = math.floor((time.monotonic() - begin) * self._address.fps) - self._next
        if late > 0:
            self.figures.drop("late", late)
            self._next += late
