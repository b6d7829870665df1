"""The video of an operation as it comes, sent in or fetched: written to the disk while that has room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.emotion.operation_disk import Disk
    from web.emotion.operation_folder import OperationFolder


@dataclass(frozen=True, slots=True)
class ComingVideo:
    """`come` is told how many bytes more have been written. All raise `OSError`."""

    folder: OperationFolder
    disk: Disk
    operation_id: str
    come: Callable[[int], None]

    async def begin(self, length: int | None) -> None:
        """Anew, whatever was there of it; `length` is that of the whole, where it is known."""
        await self.disk.do(lambda: self.folder.begin_video(self.operation_id, length or 0))

    async def write(self, block: bytes) -> None:
        await self.disk.do(lambda: self.folder.add(self.operation_id, block))
        self.come(len(block))

    async def keep(self) -> None:
        """Nothing of it is lost any more, whatever happens."""
        await self.disk.do(lambda: self.folder.keep_video(self.operation_id))
