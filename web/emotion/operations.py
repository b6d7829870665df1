"""Operations: videos that are sent in, wait on disk, are read in turn, and whose results are kept."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from stream.backoff import Backoff
from web.emotion import operation_refusals as refusals
from web.emotion.operation import STATUSES
from web.emotion.operation_course import Course
from web.emotion.operation_disk import Disk, disk_sentence
from web.emotion.operation_figures import OperationFigures
from web.emotion.operation_folder import FolderTakenError, OperationFolder
from web.emotion.operation_intake import Intake
from web.emotion.operation_list import OperationList
from web.emotion.operation_opening import Opening
from web.emotion.operation_recovery import recover
from web.emotion.room import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from web.emotion.models import OutputStyle, VideoReader
    from web.emotion.operation import Operation, Status
    from web.emotion.operation_course import Fetcher
    from web.emotion.operation_folder import StoredResult
    from web.emotion.options import EmotionOptions

PIECE = 256 * 1024
"""Bytes of a result that are in memory at once."""

ARRIVING, SHARE = 64, 16
"""Videos that may be uploaded or fetched at once, and how many of them by one caller."""

_LOOK_AGAIN = 5.0
"""Seconds between two looks whether the folder is still there."""

_log = logging.getLogger(__name__)


class _FolderLostError(Exception):
    """The folder was deleted or replaced; the message is a sentence."""


class Operations:
    """`run` must run for anything to be taken; all else is called on its loop and raises `EmotionError`.

    Videos are read in the order in which they came. What was not finished begins again with the next
    service. While the folder cannot be had, or another service has it, calls are refused.
    """

    def __init__(
        self,
        reader: VideoReader,
        fetcher: Fetcher,
        options: EmotionOptions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives UTC seconds."""
        self.figures = OperationFigures()
        self._options = options
        self._clock = clock
        self._disk = Disk()
        self._folder = OperationFolder(options.folder)
        self._list = OperationList(options.keep)
        self._intake = Intake(self._folder, self._disk, options.max_video, clock)
        self._arriving = Room(ARRIVING, SHARE, "videos are arriving", again=30.0)
        self._course = Course(
            self._folder,
            self._disk,
            self._list,
            reader,
            fetcher,
            self._arriving,
            self.figures,
            clock,
            options,
        )
        self._opening = Opening()

    @property
    def states(self) -> Mapping[Status, int]:
        """How many there are of each status; those that still arrive are `Uploading`."""
        counted = dict.fromkeys(STATUSES, 0)
        for operation in self._list.all():
            counted[operation.status] += 1
        counted["Uploading"] += self._intake.arriving
        return counted

    @property
    def received(self) -> int:
        """Bytes of videos that were uploaded, whole or not."""
        return self._intake.received

    async def upload(
        self, style: OutputStyle, body: AsyncIterator[bytes], length: int | None = None, caller: str = ""
    ) -> str:
        """Takes a video to its end; the id of the operation that reads it."""
        async with self._taking(caller):
            return await self._begin(await self._intake.upload(style, body, length), caller)

    async def fetch(self, style: OutputStyle, url: str, caller: str = "") -> str:
        """The id of the operation that fetches a video and reads it."""
        async with self._taking(caller):
            return await self._begin(await self._intake.fetch(style, url), caller)

    async def find(self, operation_id: str) -> Operation:
        """As it is now."""
        await self._opening.wait()
        operation = self._list.find(operation_id.lower())
        if operation is None:
            raise refusals.unknown(operation_id)
        return operation

    async def result(self, operation: Operation) -> StoredResult:
        """Of one that succeeded; to be closed, and read by `pieces`."""
        try:
            return await self._disk.do(lambda: self._folder.result(operation.id))
        except FileNotFoundError:
            raise refusals.unknown(operation.id) from None
        except OSError as error:
            raise refusals.out_of_order(disk_sentence(error)) from error

    async def pieces(self, result: StoredResult) -> AsyncIterator[bytes]:
        """All of it, little at once."""
        while piece := await self._disk.do(lambda: result.file.read(PIECE)):
            yield piece

    async def seen(self, operation: Operation) -> None:
        """The end of this one was told to who asked, and need not be told again where nothing is kept."""
        if operation.ended and not self._options.keep:
            await self._expire(operation.id)

    async def run(self) -> None:
        """Until cancelled; a folder that cannot be used never ends it."""
        backoff = Backoff(first=0.5, cap=30.0)
        loop = asyncio.get_running_loop()
        try:
            while True:
                began = loop.time()
                try:
                    await self._disk.do(self._folder.take)
                    await self._work()
                except* (OSError, FolderTakenError, _FolderLostError) as errors:
                    self._opening.fail(_first(errors))
                    self._leave()
                await asyncio.sleep(backoff.after(loop.time() - began))
        finally:
            self._opening.close()
            self._leave()

    async def _work(self) -> None:
        """For as long as the folder is this service's."""
        now = self._clock()
        for operation in await self._disk.do(lambda: recover(self._folder, now)):
            self._list.put(operation, age=now - operation.changed)
        async with asyncio.TaskGroup() as tasks:
            for operation in self._list.all():
                if not operation.ended:
                    tasks.create_task(self._course.run(operation), name=f"operation {operation.id}")
            self._opening.open(tasks)
            try:
                await self._tidy_up()
            finally:
                self._opening.close()

    async def _tidy_up(self) -> None:
        """Removes what has expired; raises `_FolderLostError`."""
        loop = asyncio.get_running_loop()
        while True:
            for operation_id in self._list.expired():
                await self._expire(operation_id)
            if not await self._disk.do(self._folder.is_ours):
                raise _FolderLostError("The folder of operations was deleted or replaced; it is made anew.")
            self._list.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(self._list.next_end(), loop.time() + _LOOK_AGAIN)):
                    await self._list.changed.wait()

    async def _expire(self, operation_id: str) -> None:
        if not self._list.remove(operation_id):
            return
        self.figures.expired += 1
        try:
            await self._disk.do(lambda: self._folder.remove(operation_id))
        except OSError as error:
            _log.warning("the operation %s has expired and cannot be removed: %s", operation_id, error)

    @asynccontextmanager
    async def _taking(self, caller: str) -> AsyncIterator[None]:
        """A place among those that may arrive at once; what is refused is counted.

        What arrives has no place yet among those that wait: who sends slowly would keep the others out.
        """
        try:
            await self._opening.wait()
            self._check_waiting()
            with self._arriving.place(caller):
                yield
        except OSError as error:
            self.figures.refused[503] += 1
            _log.warning("a video could not be taken: %s", error)
            raise refusals.out_of_order(disk_sentence(error)) from error
        except HTTPException as error:
            self.figures.refused[error.status_code] += 1
            raise

    def _check_waiting(self) -> None:
        waiting = sum(not each.ended and each.url is None for each in self._list.all())
        if waiting >= self._options.waiting:
            raise refusals.busy(waiting)

    async def _begin(self, operation: Operation, caller: str) -> str:
        """Raises `EmotionError`: much may have happened while the video was coming."""
        try:
            tasks = self._opening.tasks
            self._check_waiting()
        except HTTPException:
            await self._intake.remove(operation.id)
            raise
        self._course.show(operation)
        tasks.create_task(self._course.run(operation, caller), name=f"operation {operation.id}")
        self.figures.accepted += 1
        return operation.id

    def _leave(self) -> None:
        self._list.clear()
        self._folder.release()


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
