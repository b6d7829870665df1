"""What a report keeps of one file, which grows with what a page can show and not with the file."""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregation import Aggregator, microseconds
from aggregation.rhythm import Rhythm
from semblance.report.faces import Faces
from semblance.report.thumbnail import thumbnail
from semblance.report.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregation import Summary, Window
    from inference import Face, Reading
    from inference.measured import Measured
    from semblance.report.asked import Asked
    from stream.frame import Pixels
    from stream.source import SourceInfo

_MOST_FACES = 100
_PATIENCE = 10.0
"""Seconds past the end at which an aggregator is surely not waiting for more frames."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face of a picture."""

    face: Face
    thumbnail: bytes | None


@dataclass(slots=True)
class Gathered:
    """Of one file; `portraits` are a picture's. `covered` seconds of `duration` have been analysed."""

    file: str
    info: SourceInfo
    timeline: Timeline
    faces: Faces
    bytes: int | None
    asked: Asked
    frames: int = 0
    duration: float = 0.0
    covered: float = 0.0
    faced: float = 0.0
    portraits: list[Portrait] = field(default_factory=list)
    picture: bool = False

    @property
    def coverage(self) -> float:
        return min(1.0, self.covered / self.duration) if self.duration > 0 else 1.0


class Section:
    """An `Output` for one file. Makes its own windows, whichever the other outputs want: they reach over both
    ends of the file, so that each can stand at its middle.

    `done` is given what was gathered once the file has ended, in a thread; `complained` a file's name and
    what could not be read of it.
    """

    def __init__(
        self,
        window: Window,
        done: Callable[[Gathered], None],
        complained: Callable[[str, str], None],
        *,
        pictured: bool,
        asked: Asked,
    ) -> None:
        self.discarded = False
        self._gathered: Gathered | None = None
        self._window = window
        self._done = done
        self._complained = complained
        self._pictured = pictured
        self._asked = asked
        self._aggregator: Aggregator | None = None
        self._rhythm = Rhythm(None)
        self._last: float | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()

    async def begin(self, file: str, info: SourceInfo) -> None:
        timeline, faces = Timeline(self._window.interval), Faces(self._window.weights)
        size = await asyncio.to_thread(_size, file)
        self._gathered = Gathered(file, info, timeline, faces, size, self._asked)
        rate = min(info.fps or math.inf, self._asked.fps or math.inf)
        expected = 1 / rate if math.isfinite(rate) else None
        self._aggregator = Aggregator(file, [self._window], expected_interval=expected)
        self._rhythm = Rhythm(microseconds.from_seconds(expected) if expected else None)

    async def reading(self, measured: Measured) -> None:
        reading, gathered = measured.reading, self._begun()
        gathered.frames += 1
        at = reading.pts or 0.0
        lasting = self._pass_to(at, gathered)
        if reading.pts is None:
            await self._portray(reading, measured.frame.pixels, gathered)
            return
        for summary in self._aggregator.add(reading, at) if self._aggregator else ():
            gathered.timeline.add(summary, gathered.duration)
        gathered.faced += lasting if reading.faces else 0.0
        for face in reading.faces:
            record = gathered.faces.see(face, at, lasting)
            if self._pictured and record.portrayed_better(_likeness(face)):
                record.thumbnail = await asyncio.to_thread(thumbnail, measured.frame.pixels, face.box)

    async def summary(self, summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:
        gathered, self._gathered = self._begun(), None
        gathered.picture = picture
        for summary in self._rest(gathered):
            gathered.timeline.add(summary, gathered.duration)
        await asyncio.to_thread(self._done, gathered)

    def complain(self, file: str, complaint: str) -> None:
        """Says of a file what could not be read of it, also where that is all."""
        self._complained(file, complaint)

    def discard(self) -> None:
        """Leaves nothing of the file."""
        self._gathered = None
        self.discarded = True

    def _rest(self, gathered: Gathered) -> Sequence[Summary]:
        if self._aggregator is None or gathered.picture:
            return ()
        last = self._last or 0.0
        summaries = self._aggregator.finish() + self._aggregator.advance(
            last + self._window.length + _PATIENCE
        )
        return [summary for summary in summaries if summary.start < gathered.duration]

    def _begun(self) -> Gathered:
        if self._gathered is None:
            raise RuntimeError("A reading came of a file that has not begun.")
        return self._gathered

    def _pass_to(self, at: float, gathered: Gathered) -> float:
        """Counts the time up to a frame, and gives that which it stands for."""
        gap = 0 if self._last is None else max(0, microseconds.from_seconds(at - self._last))
        seen = self._rhythm.span(gap) if gap else 0
        usual = microseconds.to_seconds(self._rhythm.usual)
        gathered.covered += microseconds.to_seconds(seen) if gap else usual
        self._last = at
        gathered.duration = at + usual
        return usual

    async def _portray(self, reading: Reading, pixels: Pixels, gathered: Gathered) -> None:
        for face in reading.faces:
            gathered.faces.see(face, 0.0, 0.0)
        for face in reading.faces[:_MOST_FACES]:
            cut = await asyncio.to_thread(thumbnail, pixels, face.box) if self._pictured else None
            gathered.portraits.append(Portrait(face, cut))


def _likeness(face: Face) -> float:
    """Large, sharp and frontal faces are known best."""
    return face.quality * min(1.0, max(face.box.width, face.box.height) / 112)


def _size(file: str) -> int | None:
    try:
        return os.stat(file).st_size
    except (OSError, ValueError):
        return None
