"""The annotated copy as an output of the analysis: frames in, a video at the end."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import av.error

from semblance.annotated.copy import Copy
from semblance.annotated.film import NoEncoderError
from semblance.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from aggregation import Summary, Window
    from inference.measured import Measured
    from stream.source import SourceInfo

T = TypeVar("T")

_WAITING = 3
"""Pictures drawn and not yet encoded; where there are more, the analysis waits for the encoder."""


class AnnotatedVideo:
    """An `Output` for one video. What blocks runs in two threads: one draws while the other encodes.

    Everything but `discard` raises `Failure` where the copy cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drawing = ThreadPoolExecutor(1, "draw")
        self._encoding = ThreadPoolExecutor(1, "encode")
        self._waiting: deque[Future[None]] = deque()
        self._copy: Copy | None = None

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()

    async def begin(self, file: str, info: SourceInfo) -> None:
        await self._done(self._encoding.submit(self._open, file, info))

    async def reading(self, measured: Measured) -> None:
        copy = self._begun()
        picture = await self._done(self._drawing.submit(copy.drawn, measured))
        self._waiting.append(self._encoding.submit(copy.film.add, picture, measured.reading.pts or 0.0))
        while len(self._waiting) > _WAITING:
            await self._done(self._waiting.popleft())

    async def summary(self, summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:  # noqa: ARG002 - of a picture, a video of one frame
        while self._waiting:
            await self._done(self._waiting.popleft())
        await self._done(self._encoding.submit(self._begun().finish))
        self._copy = None
        self.discard()

    def discard(self) -> None:
        """Ends both threads and leaves nothing of a copy that has not ended. Blocks for a frame at most."""
        self._drawing.shutdown(wait=True, cancel_futures=True)
        self._encoding.shutdown(wait=True, cancel_futures=True)
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.discard()

    def _open(self, file: str, info: SourceInfo) -> None:
        self._copy = Copy(self._path, file, info)

    def _begun(self) -> Copy:
        if self._copy is None:
            raise RuntimeError("A frame came of a video that has not begun.")
        return self._copy

    async def _done(self, job: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(job)
        except (av.error.FFmpegError, OSError) as error:
            raise Failure(f"{self._path}: cannot be written: {error.strerror or error}") from None
        except NoEncoderError as error:
            raise Failure(f"{self._path}: cannot be written: {error}") from None
