"""The course of one operation: its video fetched where it has to be, read, its end written."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from web.emotion.models import VideoError
from web.emotion.operation_disk import disk_sentence
from web.emotion.operation_refusals import larger_than
from web.emotion.operation_video import ComingVideo
from web.outbound.fetch import FetchError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.emotion.models import ReadVideo, VideoReader
    from web.emotion.operation import Operation, Status
    from web.emotion.operation_disk import Disk
    from web.emotion.operation_figures import OperationFigures
    from web.emotion.operation_folder import OperationFolder
    from web.emotion.operation_list import OperationList
    from web.emotion.options import EmotionOptions
    from web.emotion.room import Room
    from web.outbound.fetch import Sink

TRIES = 3
"""How often reading a video may begin: one that ends the service each time must not do so for ever."""

PATIENCE = 300.0
"""Seconds in which some of a video must be read, at its begin the loading of the models included."""

LONGEST = 86_400.0
"""Seconds for all of it."""

_MISTAKE = "The service made a mistake; its log says more."

_log = logging.getLogger(__name__)


class Fetcher(Protocol):
    """Fetches what lies elsewhere, under the rules for addresses."""

    async def download(self, url: str, limit_bytes: int, sink: Sink) -> None:
        """Into the sink; ends in its own time. Raises `FetchError`, and what the sink raises."""
        ...


class FailedError(Exception):
    """The operation has failed; the message is a sentence for who asked."""


@dataclass(slots=True)
class Course:
    """What every operation needs on its way; `clock` gives UTC seconds."""

    folder: OperationFolder
    disk: Disk
    operations: OperationList
    reader: VideoReader
    fetcher: Fetcher
    arriving: Room
    figures: OperationFigures
    clock: Callable[[], float]
    options: EmotionOptions
    _reading: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._reading = asyncio.Semaphore(self.options.concurrency)

    def show(self, operation: Operation) -> None:
        """Has it seen as it stands until it goes on: what can begin at once has begun for who asks.

        There are clients that take `NotStarted` for the end.
        """
        if operation.url is not None:
            status: Status = "Uploading"
        else:
            status = "NotStarted" if self._reading.locked() else "Running"
        self.operations.put(replace(operation, status=status))

    async def run(self, operation: Operation, caller: str = "") -> None:
        """To its end; cancelled, it leaves what begins again with the next service."""
        try:
            ended = await self._succeeded(operation, caller)
        except FailedError as failure:
            ended = self._failed(operation, str(failure))
        except OSError as error:
            _log.warning("the operation %s failed: %s", operation.id, error)
            ended = self._failed(operation, disk_sentence(error))
        except Exception:  # the outermost edge: one video must not end the service
            _log.exception("the operation %s failed", operation.id)
            ended = self._failed(operation, _MISTAKE)
        await self._end(ended)

    async def _succeeded(self, operation: Operation, caller: str) -> Operation:
        self.show(operation)
        if operation.url is not None:
            with self.arriving.kept(caller):
                operation = await self._fetched(operation, operation.url)
            self.show(operation)
        async with self._reading:
            return await self._read(operation)

    async def _fetched(self, operation: Operation, url: str) -> Operation:
        fetching = replace(operation, status="Uploading")
        await self._write(fetching)
        video = ComingVideo(self.folder, self.disk, operation.id, lambda _: self._progress(operation, 0.0))
        try:
            await self.fetcher.download(url, self.options.max_video, video)
        except TooLargeError:
            raise FailedError(larger_than(self.options.max_video)) from None
        except FetchError as error:
            raise FailedError(str(error)) from None
        await video.keep()
        return await self._write(replace(operation, status="NotStarted", url=None))

    async def _read(self, operation: Operation) -> Operation:
        if operation.attempts >= TRIES:
            raise FailedError(f"The service ended each of the {TRIES} times that it read this video.")
        reading = replace(operation, status="Running", attempts=operation.attempts + 1)
        reading = await self._write(reading)
        try:
            read = await self._watched(reading)
            size = await self.disk.do(lambda: self.folder.write_result(operation.id, read.result))
        except asyncio.CancelledError:
            await self._put_back(operation)
            raise
        return replace(reading, status="Succeeded", message=read.message, result_bytes=size)

    async def _watched(self, operation: Operation) -> ReadVideo:
        loop = asyncio.get_running_loop()
        began = loop.time()
        last = began + LONGEST

        def progress(share: float) -> None:
            self._progress(operation, share)
            patience.reschedule(min(last, loop.time() + PATIENCE))

        try:
            async with asyncio.timeout(PATIENCE) as patience:
                path = self.folder.video(operation.id)
                return await self.reader.read(path, operation.style, progress)
        except VideoError as error:
            raise FailedError(str(error)) from None
        except TimeoutError:
            waited = LONGEST if loop.time() >= last else PATIENCE
            what = "The video was not read" if waited == LONGEST else "Nothing more of the video was read"
            raise FailedError(f"{what} within {waited:g} seconds; it was given up.") from None
        finally:
            self.figures.reading_seconds += loop.time() - began

    def _progress(self, operation: Operation, share: float) -> None:
        self.operations.progress(operation.id, share, self.clock())

    async def _put_back(self, operation: Operation) -> None:
        """The service ends in an orderly way, so that this attempt says nothing about the video."""
        try:
            await self._write(operation)
        except OSError as error:
            _log.warning("the operation %s could not be put back: %s", operation.id, error)

    async def _end(self, ended: Operation) -> None:
        try:
            await self._write(ended, self.folder.end)
        except OSError as error:
            _log.warning("the end of the operation %s could not be written: %s", ended.id, error)
            self.operations.put(ended)
        if ended.status == "Succeeded":
            self.figures.succeeded += 1
        else:
            self.figures.failed += 1

    def _failed(self, operation: Operation, message: str) -> Operation:
        """As it is now, which may be further than where it began."""
        known = self.operations.find(operation.id) or operation
        return replace(known, status="Failed", message=message, url=None)

    async def _write(
        self, operation: Operation, write: Callable[[Operation], None] | None = None
    ) -> Operation:
        """As of now, on disk first and then for everybody to see."""
        known = self.operations.find(operation.id) or operation
        now = replace(operation, changed=max(known.changed, self.clock()), progress=known.progress)
        await self.disk.do(lambda: (write or self.folder.write)(now))
        self.operations.put(now)
        return now
