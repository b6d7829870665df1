"""Files analysed as fast as the machine can: every frame of a video, all faces of a picture."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from aggregation import Aggregator
from inference import Reading
from semblance.failure import Failure, leaf
from stream.array_pixels import ArrayPixels
from stream.channel import Channel
from stream.opening import open_source
from stream.redaction import redact
from stream.source import SourceError, SourceInfo
from stream.spec import StreamSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from aggregation import Summary, Window
    from inference.engine import Engine
    from inference.measured import Measured
    from stream.frame import Frame
    from stream.source import Source
    from stream.spec import Detail


_AHEAD = 16
"""Frames decoded ahead of those being read."""

_PATIENCE = 10.0
"""Seconds past the end of a file at which an aggregator is surely not waiting for more frames."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Output(Protocol):
    """Where the results of a file go, in media order."""

    @property
    def overhang(self) -> float:
        """How many seconds of windows are wanted past the last frame."""
        ...

    def windows(self, info: SourceInfo) -> Sequence[Window]:
        """The windows wanted of a video."""
        ...

    def begin(self, file: str, info: SourceInfo) -> None: ...

    def reading(self, reading: Reading) -> None: ...

    def summary(self, summary: Summary) -> None: ...

    def end(self, *, picture: bool) -> None:
        """The file is done, or as much of it as could be read."""
        ...


class Analysis:
    """Analyses one file after another with the same engine.

    All are looked at with the same `detail`, or pictures closely and videos as streams usually are.
    """

    def __init__(self, engine: Engine, output: Output, detail: Detail | None = None) -> None:
        self._engine = engine
        self._output = output
        self._detail = detail
        self._count = 0

    async def file(self, path: Path, progress: Callable[[float], None]) -> None:
        """Analyses one file; `progress` is told the media seconds done. Raises `SourceError`."""
        self._count += 1
        if _is_picture(path):
            await self._picture(path)
        else:
            await self._video(path, progress)

    async def _picture(self, path: Path) -> None:
        try:
            picture = await asyncio.to_thread(cv2.imread, str(path), cv2.IMREAD_COLOR)
        except cv2.error:  # more pixels than OpenCV reads
            picture = None
        if picture is None:
            raise SourceError("codec", f"{path}: is a picture, but cannot be read: damaged or too large")
        pixels = ArrayPixels(np.asarray(picture, np.uint8))
        faces = await self._engine.read_picture(pixels, self._detail or "high")
        self._output.begin(str(path), SourceInfo(pixels.width, pixels.height, None, "image"))
        self._output.reading(
            Reading(str(path), 0, time.monotonic(), time.time(), None, pixels.width, pixels.height, faces)
        )
        self._output.end(picture=True)

    async def _video(self, path: Path, progress: Callable[[float], None]) -> None:
        spec = StreamSpec(id=self._name(), url=_absolute(path), detail=self._detail or "normal")
        source = open_source(spec, live=False)
        video = _Video(str(path), source, self._output)
        channel: Channel[Frame] = Channel(_AHEAD)

        def read(measured: Measured) -> None:
            video.read(measured.reading)
            progress(measured.reading.pts or 0.0)

        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_feed(source, channel))
                await self._engine.run(channel, read, lambda _: spec.detail)
        except* SourceError as errors:
            video.finish()
            raise leaf(errors) from None
        finally:
            self._engine.forget(spec.id)
        video.finish()

    def _name(self) -> str:
        return f"file-{self._count}"


class _Video:
    """The windows of one video, from its first reading to its end."""

    def __init__(self, file: str, source: Source, output: Output) -> None:
        self._file = file
        self._source = source
        self._output = output
        self._aggregator: Aggregator | None = None
        self._last = 0.0

    def read(self, reading: Reading) -> None:
        aggregator = self._aggregator or self._open()
        self._last = reading.pts or 0.0
        for summary in aggregator.add(reading, self._last):
            self._output.summary(summary)
        self._output.reading(reading)

    def finish(self) -> None:
        if self._aggregator is None:
            return
        summaries = self._aggregator.finish()
        if self._output.overhang:
            summaries += self._aggregator.advance(self._last + self._output.overhang + _PATIENCE)
        for summary in summaries:
            self._output.summary(summary)
        self._output.end(picture=False)

    def _open(self) -> Aggregator:
        info = self._source.info
        if info is None:
            raise Failure(f"{self._file}: was read without having been opened")
        self._output.begin(self._file, info)
        expected = 1 / info.fps if info.fps else None
        self._aggregator = Aggregator(self._file, self._output.windows(info), expected_interval=expected)
        return self._aggregator


def _is_picture(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="replace").decode()
        raise SourceError("notFound", f"{shown}: its name is not UTF-8; rename the file") from None
    if not path.exists():
        if _ADDRESS.match(str(path)):
            raise SourceError(
                "notFound", f"{redact(str(path))}: is no file; what comes live is read by semblance serve"
            )
        raise SourceError("notFound", f"{path}: there is no such file")
    if not path.is_file():
        raise SourceError("codec", f"{path}: is not a file; name the videos and pictures in it")
    return bool(cv2.haveImageReader(str(path)))


def _absolute(path: Path) -> str:
    """A path that no address can be mistaken for."""
    return str(path.resolve())


async def _feed(source: Source, channel: Channel[Frame]) -> None:
    try:
        async with contextlib.aclosing(source.frames()) as frames:
            async for frame in frames:
                await channel.put(frame)
    finally:
        await channel.close()
