"""Recordings read beside the live streams, by the same models."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from semblance.files.outcome import lacks
from semblance.files.unfinished import lacks_index
from semblance.output import Output
from semblance.reader import AHEAD
from semblance.recording import read_recording
from stream.addresses import Address
from stream.av_source import AvSource
from stream.limits import Limits
from stream.recorded_end import reaches
from stream.source import SourceError
from web.emotion.models import ReadVideo, VideoError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from inference.measured import Measured
    from semblance.reader import Reader
    from stream import Frame, Source
    from stream.source import ErrorCode
    from stream.tiered import Line
    from web.emotion.models import OutputStyle

_LIMITS = Limits(open=60.0, first_frame=60.0, stall=120.0)
"""Its decoder gives way to all others, and may get little time for long."""

_MOST_PIXELS = 32_000_000
"""So many of one video are kept between its decoder and its result: fewer frames of the largest."""

_WORDS: Final[Mapping[ErrorCode, str]] = {
    "timeout": "it could not be read in time",
    "notFound": "it cannot be read at the moment",
    "unauthorized": "it cannot be read at the moment",
}

_NEAR_END = 0.5
"""Seconds: what ends this much before the end that a file speaks of is whole."""


class VideoOutput(Output, Protocol):
    """What makes the result of one video."""

    @property
    def frames(self) -> int:
        """How many were read."""
        ...

    def text(self) -> str:
        """The result, after `end`; may take long."""
        ...


class Videos:
    """Any number may be read at once, each with an output of its own. Implements
    `web.emotion.models.VideoReader`.
    """

    def __init__(self, reader: Reader, output: Callable[[OutputStyle], VideoOutput]) -> None:
        self._reader = reader
        self._output = output
        self._numbers = count(1)

    async def read(self, path: Path, style: OutputStyle, progress: Callable[[float], None]) -> ReadVideo:
        await self._reader.loaded()
        name = f"recording {next(self._numbers)}"  # no stream's id has a blank in it
        address = Address("file", f"file:{path}", str(path))
        source = AvSource(name, address, live=False, limits=_LIMITS, gentle=True)
        output = self._output(style)
        reached, reason = 0.0, None

        def told(seconds: float) -> None:
            nonlocal reached
            reached = seconds
            whole = source.info.duration if source.info else None
            progress(min(1.0, max(0.0, seconds / whole)) if whole else 0.0)

        try:
            await read_recording(name, source, partial(self._through_the_models, name), output, told)
        except SourceError as error:
            reason = _told(str(path), error)
        if not output.frames:
            raise VideoError(await asyncio.to_thread(_diagnosed, path, reason))
        message = await asyncio.to_thread(_lacking, address, source, reached, reason)
        return ReadVideo(await asyncio.to_thread(output.text), message)

    async def _through_the_models(
        self, name: str, source: Source, emit: Callable[[Measured], Awaitable[None]]
    ) -> None:
        """Of a name, a `semblance.recording.Read`."""
        measured: asyncio.Queue[Measured] = asyncio.Queue()  # holds no more than the line lets by
        failure: SourceError | None = None
        with self._reader.recording(name, measured.put_nowait) as line:
            async with asyncio.TaskGroup() as tasks:
                passing = tasks.create_task(_pass_on(measured, emit, line))
                try:
                    await _feed(source, line)
                except SourceError as error:
                    failure = error
                await line.drained()
                passing.cancel()
        if failure:
            raise failure


async def _feed(source: Source, line: Line[Frame]) -> None:
    async with aclosing(source.frames()) as frames:
        async for frame in frames:
            pixels = frame.pixels.width * frame.pixels.height
            line.capacity = max(1, min(AHEAD, _MOST_PIXELS // pixels))
            await line.put(frame)


async def _pass_on(
    measured: asyncio.Queue[Measured], emit: Callable[[Measured], Awaitable[None]], line: Line[Frame]
) -> None:
    while True:
        await emit(await measured.get())
        line.done()


def _lacking(address: Address, source: AvSource, reached: float, reason: str | None) -> str | None:
    """A sentence of what could not be read, if so. Blocks."""
    duration = source.info.duration if source.info else None
    whole = duration is None or reached >= duration - _NEAR_END
    with suppress(SourceError):
        whole = whole or reaches(address, (duration or 0.0) - _NEAR_END, reached)
    lack = lacks(reached, None if whole else duration, source.figures.dropped.get("corrupt", 0), reason)
    return _sentence(address.shown, f"the video {lack}") if lack else None


def _told(path: str, error: SourceError) -> str:
    """Why a video cannot be read, to who sent it in. Of what sources say the first sentence is about the
    file; what follows is advice to who added a stream.
    """
    if words := _WORDS.get(error.code):
        return words
    said = error.message.replace(f"{path} holds no video", "this is no video").replace(path, "the video")
    return said.partition(". ")[0]


def _diagnosed(path: Path, reason: str | None) -> str:
    """Why nothing of a video can be read. Blocks."""
    try:
        if not path.stat().st_size:
            return "The video is empty."
        if lacks_index(path):
            return "The video has no index (moov): it was cut off, or was still being written."
    except OSError as error:
        return f"The video cannot be read: {error.strerror}."
    return _sentence(str(path), reason or "The video holds no picture that can be read.")


def _sentence(path: str, message: str) -> str:
    """The message, without where on this machine the video lies."""
    said = message.replace(path, "the video").rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
