"""The processing result of a video, written fragment by fragment while it is read."""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from web.emotion.frame_events import FrameEvents
from web.emotion.frame_grid import FrameGrid
from web.emotion.frame_rate import LEARNT_FROM, believable
from web.emotion.moving_mean import MovingMean
from web.emotion.ticks import Ticks
from web.emotion.video_document import encode, head_json
from web.emotion.window_events import WindowEvents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aggregation.summary import Weights
    from inference.reading import Reading
    from web.emotion.models import OutputStyle

MOST_TEXT = 200_000_000
"""Characters of one result: more than a day with a face in `aggregate`, some hours in `perFrame`."""


class ResultTooLongError(Exception):
    """There is more to say of a video than one result may hold; what it held before stays as it was."""


class Events(Protocol):
    """Makes fragments, as JSON, of frames, whose numbers rise and whose scores are smoothed."""

    def add(self, number: int, reading: Reading) -> Iterator[str]:
        """The fragments that are complete with this frame."""
        ...

    def end(self) -> Iterator[str]:
        """The fragments that are left."""
        ...


class VideoResult:
    """Takes the readings of a video in media order and gives the text of its result.

    `fps` is the average rate that the medium speaks of. `length` and `interval`, in seconds, are those of the
    windows of `aggregate`; by `weights` a face counts as one or as its quality. The text is all it keeps.
    """

    def __init__(
        self,
        style: OutputStyle,
        fps: float | None,
        *,
        length: float = 2.0,
        interval: float = 0.5,
        weights: Weights = "equal",
    ) -> None:
        self._style = style
        self._fps = fps
        self._length, self._interval = length, interval
        self._weights: Weights = weights
        self._waiting: list[Reading] = []
        self._last: Reading | None = None
        self._laying: _Laying | None = None

    def add(self, reading: Reading) -> Iterator[None]:
        """Takes the reading of the next frame, in steps: to be iterated to its end before the next call.

        A frame that comes late may settle hundreds of the result's; a step is one of these, milliseconds with
        a crowd in it. Raises `ResultTooLongError`, and then takes no more.
        """
        self._last = reading
        if self._laying is None:
            self._waiting.append(reading)
            if len(self._waiting) < LEARNT_FROM:
                return
            yield from self._settle()
        else:
            yield from self._laying.add(reading)

    def text(self) -> str:
        """Ends the result: JSON, of a video without any frame too. May take long."""
        if self._laying is None:
            with contextlib.suppress(ResultTooLongError):
                deque(self._settle(), maxlen=0)
        laying = self._laying or self._lay()
        width, height = (self._last.width, self._last.height) if self._last else (0, 0)
        return laying.text(width, height)

    def _settle(self) -> Iterator[None]:
        laying = self._laying = self._lay()
        waiting, self._waiting = self._waiting, []
        for reading in waiting:
            yield from laying.add(reading)
            yield

    def _lay(self) -> _Laying:
        """For the frame rate that those who wait tell of."""
        ticks = Ticks.of(believable([reading.pts or 0.0 for reading in self._waiting], self._fps))
        events: Events
        if self._style == "perFrame":
            events = FrameEvents(ticks)
        else:
            events = WindowEvents(ticks, self._length, self._interval, self._weights)
        return _Laying(ticks, events, by_quality=self._weights == "quality")


class _Laying:
    """Readings go onto the grid, are smoothed there and become text, once the frame rate is known."""

    def __init__(self, ticks: Ticks, events: Events, *, by_quality: bool) -> None:
        self._ticks = ticks
        self._events = events
        self._by_quality = by_quality
        self._grid = FrameGrid(ticks)
        self._mean = MovingMean(ticks.timescale / ticks.frame)
        self._fragments: list[str] = []
        self._written = 0
        self._full = False

    def add(self, reading: Reading) -> Iterator[None]:
        """Pauses between two frames of the grid."""
        for count, (number, seen) in enumerate(self._grid.add(reading)):
            if count:
                yield
            self._write(self._events.add(number, self._smoothed(number, seen)))

    def text(self, width: int, height: int) -> str:
        if not self._full:
            self._end()
        head = encode(head_json(self._ticks.timescale, self._ticks.framerate, width, height))
        return f'{head[:-1]},"fragments":[{",".join(self._fragments)}]}}'

    def _end(self) -> None:
        with contextlib.suppress(ResultTooLongError):
            for number, seen in self._grid.end():
                self._write(self._events.add(number, self._smoothed(number, seen)))
            self._write(self._events.end())

    def _smoothed(self, number: int, reading: Reading) -> Reading:
        faces = tuple(
            replace(
                face,
                scores=self._mean.update(
                    face.id, face.scores, number, face.quality if self._by_quality else 1.0
                ),
            )
            for face in reading.faces
        )
        return replace(reading, sequence=number, faces=faces)

    def _write(self, fragments: Iterable[str]) -> None:
        for fragment in fragments:
            if self._written + len(fragment) > MOST_TEXT:
                self._full = True
                raise ResultTooLongError
            self._written += len(fragment)
            self._fragments.append(fragment)
