"""A file analysed: every frame of a video, or as many a second as are wanted; all faces of a picture."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import time
from typing import TYPE_CHECKING

import numpy as np

from inference import Reading
from inference.measured import Measured
from semblance.files.kinds import is_named_like_picture, is_named_like_video
from semblance.files.outcome import Outcome, Tally, lacks
from semblance.files.unfinished import lacks_index
from semblance.recording import read_recording
from semblance.several_outputs import SeveralOutputs
from stream.addresses import file_address
from stream.av_source import AvSource
from stream.channel import Channel
from stream.frame import Frame
from stream.picture_file import PictureError, is_picture, read_picture_file
from stream.recorded_end import reaches
from stream.redaction import redact
from stream.source import SourceError, SourceInfo

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from inference import Face
    from inference.engine import Engine
    from semblance.output import Output
    from stream.addresses import Address
    from stream.array_pixels import ArrayPixels
    from stream.source import Source
    from stream.spec import Detail


_AHEAD = 8
"""Frames decoded ahead of those being read."""

_PICTURES_DECODED = 4
"""At once: the largest take gigabytes while they are decoded."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")

_NEAR_END = 0.5
"""Seconds: what ends this much before the end that a file speaks of is whole."""


class Analysis:
    """Analyses files with one engine, several at once if need be.

    All are looked at with the same `detail`, or pictures closely and videos as streams usually are; of videos
    at most `fps` frames a second, by media time.
    """

    def __init__(self, engine: Engine, detail: Detail | None = None, fps: float | None = None) -> None:
        self._engine = engine
        self._detail = detail
        self._fps = fps
        self._count = 0
        self._decoding = asyncio.Semaphore(_PICTURES_DECODED)

    async def file(self, path: Path, output: Output, progress: Callable[[float], None]) -> Outcome:
        """Analyses one file; `progress` is told the media seconds done, once a frame.

        What can be read has gone to the output, which has been told of no file where that is nothing.
        """
        tally = Tally(self._fps)
        outputs = SeveralOutputs(output, tally)
        try:
            if await asyncio.to_thread(_is_picture, path):
                lack = await self._picture(path, outputs)
                progress(0.0)
            else:
                lack = await self._video(path, outputs, tally, progress)
        except SourceError as error:
            return Outcome(0, 0, 0.0, _about(path, error.message))
        remark = tally.remark()
        return Outcome(
            tally.frames,
            tally.faces,
            tally.reached,
            None if lack is None else f"{path}: {lack}",
            None if remark is None else f"{path}: {remark}",
        )

    async def _picture(self, path: Path, output: Output) -> str | None:
        try:
            async with self._decoding:
                picture = await asyncio.to_thread(read_picture_file, path)
        except PictureError as error:
            raise SourceError("codec", f"{path}: {error.reason}") from None
        except OSError as error:
            raise SourceError("codec", f"{path}: cannot be read: {error.strerror}") from None
        faces = await self._engine.read_picture(picture.pixels, self._detail or "high")
        await output.begin(str(path), SourceInfo(picture.pixels.width, picture.pixels.height, None, "image"))
        await output.reading(_measured(str(path), picture.pixels, faces))
        await output.end(picture=True)
        return picture.lack

    async def _video(
        self, path: Path, output: Output, tally: Tally, progress: Callable[[float], None]
    ) -> str | None:
        self._count += 1
        name = f"file-{self._count}"
        address = file_address(path)
        source = AvSource(name, address, fps=self._fps, live=False)
        reason = None
        try:
            await read_recording(str(path), source, self._read, output, progress, fps=self._fps)
        except SourceError as error:
            if not tally.frames:
                raise await asyncio.to_thread(_diagnosed, path, error) from None
            reason = error.message
        finally:
            self._engine.forget(name)
        duration = await self._cut_off(address, source, tally.reached)
        return lacks(tally.reached, duration, source.figures.dropped.get("corrupt", 0), reason)

    async def _read(self, source: Source, emit: Callable[[Measured], Awaitable[None]]) -> None:
        channel: Channel[Frame] = Channel(_AHEAD)
        detail = self._detail or "normal"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_feed(source, channel))
            await self._engine.run(channel, emit, lambda _: detail)

    async def _cut_off(self, address: Address, source: Source, reached: float) -> float | None:
        """How long the file says it is, where it ends long before."""
        duration = source.info.duration if source.info else None
        if duration is None:
            return None
        near = duration - _NEAR_END - (1 / self._fps if self._fps else 0.0)
        if reached >= near or await asyncio.to_thread(reaches, address, near, reached):
            return None
        return duration


def _measured(file: str, pixels: ArrayPixels, faces: tuple[Face, ...]) -> Measured:
    """Of a picture, which has no time."""
    now, now_utc = time.monotonic(), time.time()
    reading = Reading(file, 0, now, now_utc, None, pixels.width, pixels.height, faces)
    return Measured(reading, Frame(file, 0, now, now_utc, None, pixels), np.empty((0, 4), np.float32))


def _is_picture(path: Path) -> bool:
    """By what is in it; raises `SourceError` where there is no file."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise SourceError("notFound", f"{path}: its name is not UTF-8; rename the file") from None
    if not os.path.exists(path):
        if _ADDRESS.match(str(path)):
            raise SourceError(
                "notFound", f"{redact(str(path))}: is no file; what comes live is read by semblance serve"
            )
        raise SourceError("notFound", f"{path}: there is no such file")
    if not os.path.isfile(path):
        raise SourceError("codec", f"{path}: is not a file; name the videos and pictures in it")
    try:
        # A stream of JPEGs begins like one of them.
        return not is_named_like_video(path) and is_picture(path)
    except OSError as error:
        raise SourceError("unauthorized", f"{path}: cannot be read: {error.strerror}") from None


def _diagnosed(path: Path, error: SourceError) -> SourceError:
    """Says more than FFmpeg where nothing of a file could be read."""
    try:
        if not os.path.getsize(path):
            return SourceError("codec", f"{path}: is empty")
        if lacks_index(path):
            return SourceError(
                "codec", f"{path}: has no index (moov): it was cut off, or is still being written"
            )
        if is_named_like_picture(path):
            return SourceError(
                "codec", f"{path}: is no JPEG, PNG, GIF, BMP or WebP; other pictures are not read"
            )
    except OSError:
        return error
    return error


def _about(path: Path, message: str) -> str:
    """The message, with the file's name in it."""
    return message if str(path) in message or "***" in message else f"{path}: {message}"


async def _feed(source: Source, channel: Channel[Frame]) -> None:
    try:
        async with contextlib.aclosing(source.frames()) as frames:
            async for frame in frames:
                await channel.put(frame)
    finally:
        await channel.close()
