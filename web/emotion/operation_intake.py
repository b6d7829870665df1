"""The taking in of videos: on disk to the last byte, or not at all."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from web.emotion import operation_refusals as refusals
from web.emotion.operation import Operation, new_id
from web.emotion.operation_video import ComingVideo
from web.emotion.uploads import receive

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from web.emotion.models import OutputStyle
    from web.emotion.operation_disk import Disk
    from web.emotion.operation_folder import OperationFolder

_log = logging.getLogger(__name__)


class Intake:
    """`limit` is in bytes, `clock` gives UTC seconds. All may raise `OSError` and `EmotionError`."""

    def __init__(self, folder: OperationFolder, disk: Disk, limit: int, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._disk = disk
        self._limit = limit
        self._clock = clock
        self.received = 0
        """Bytes, of what was broken off too."""
        self.arriving = 0

    async def upload(self, style: OutputStyle, body: AsyncIterator[bytes], length: int | None) -> Operation:
        """The operation that waits for its video to be read."""
        if length is not None and length > self._limit:
            raise refusals.too_large(self._limit)
        operation = self._new(style)
        video = ComingVideo(self._folder, self._disk, operation.id, self._come)
        async with self._whole(operation, length or 0):
            await receive(body, video.write, self._limit)
            await video.keep()
            await self._disk.do(lambda: self._folder.write(operation))
        return operation

    async def fetch(self, style: OutputStyle, url: str) -> Operation:
        """The operation that waits for its video to be fetched."""
        operation = self._new(style, url)
        async with self._whole(operation):
            await self._disk.do(lambda: self._folder.write(operation))
        return operation

    async def remove(self, operation_id: str) -> None:
        """What came of one, which nobody was told of."""
        try:
            await self._disk.do(lambda: self._folder.remove(operation_id))
        except OSError as error:  # the next service removes it
            _log.warning("what came of the operation %s could not be removed: %s", operation_id, error)

    def _come(self, size: int) -> None:
        self.received += size

    @asynccontextmanager
    async def _whole(self, operation: Operation, length: int = 0) -> AsyncIterator[None]:
        """Nothing of it stays where this is not left in good order."""
        self.arriving += 1
        try:
            await self._disk.do(lambda: self._folder.begin(operation.id, length))
            yield
        except BaseException:
            await self.remove(operation.id)
            raise
        finally:
            self.arriving -= 1

    def _new(self, style: OutputStyle, url: str | None = None) -> Operation:
        now = self._clock()
        return Operation(new_id(), style, now, now, url=url)
