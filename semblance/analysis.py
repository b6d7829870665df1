"""Files analysed as fast as the machine can: every frame of a video, all faces of a picture."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from inference import Reading
from inference.measured import Measured
from semblance.recording import read_recording
from stream.array_pixels import ArrayPixels
from stream.channel import Channel
from stream.frame import Frame
from stream.opening import open_source
from stream.redaction import redact
from stream.source import SourceError, SourceInfo
from stream.spec import StreamSpec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from inference import Face
    from inference.engine import Engine
    from semblance.output import Output
    from stream.source import Source
    from stream.spec import Detail


_AHEAD = 16
"""Frames decoded ahead of those being read."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


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
        await self._output.begin(str(path), SourceInfo(pixels.width, pixels.height, None, "image"))
        await self._output.reading(_measured(str(path), pixels, faces))
        await self._output.end(picture=True)

    async def _video(self, path: Path, progress: Callable[[float], None]) -> None:
        spec = StreamSpec(id=self._name(), url=_absolute(path), detail=self._detail or "normal")
        source = open_source(spec, live=False)

        async def read(source: Source, emit: Callable[[Measured], Awaitable[None]]) -> None:
            channel: Channel[Frame] = Channel(_AHEAD)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_feed(source, channel))
                await self._engine.run(channel, emit, lambda _: spec.detail)

        try:
            await read_recording(str(path), source, read, self._output, progress)
        finally:
            self._engine.forget(spec.id)

    def _name(self) -> str:
        return f"file-{self._count}"


def _measured(file: str, pixels: ArrayPixels, faces: tuple[Face, ...]) -> Measured:
    """Of a picture, which has no time."""
    now, now_utc = time.monotonic(), time.time()
    reading = Reading(file, 0, now, now_utc, None, pixels.width, pixels.height, faces)
    return Measured(reading, Frame(file, 0, now, now_utc, None, pixels), np.empty((0, 4), np.float32))


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
