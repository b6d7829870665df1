"""The folder of operations: what of each of them is on disk, whole after a crash at any point."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from web.emotion import whole_files
from web.emotion.operation import is_id, restored, stored
from web.file_lock import FileLock, HeldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.emotion.operation import Operation

LOCK = "operations.lock"
DOCUMENT = "operation.json"
VIDEO = "video"
RESULT = "result.json"

SPARE = 64 * 1024 * 1024
"""Bytes of the disk that are left to others: the history may be on it."""

_NAMES = (DOCUMENT, VIDEO, RESULT, DOCUMENT + whole_files.UNFINISHED, RESULT + whole_files.UNFINISHED)
_PIECE = 1024 * 1024

_log = logging.getLogger(__name__)


class FolderTakenError(Exception):
    """Another service works in this folder; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A JSON string in a file that is open, and its size in bytes."""

    file: BinaryIO
    size: int


class OperationFolder:
    """`ID/operation.json` says what is known, `ID/video` is there until it was read, `ID/result.json` after.

    An operation is there once its document is, and gone once its document is. All block, and may raise
    `OSError`. Nothing in the folder is touched but what has the names that are given here.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path / LOCK)

    def take(self) -> None:
        """Makes the folder, for this user alone, and has it for this service. Raises `FolderTakenError`."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock.take()
        except HeldError as owner:
            raise FolderTakenError(
                f"Another service ({owner}) works in the folder of operations: give each its own, "
                "emotion_api.folder in the configuration."
            ) from None

    def is_ours(self) -> bool:
        """Whether the folder that was taken is still the one that is there."""
        return self._lock.is_there()

    def release(self) -> None:
        self._lock.release()

    def operations(self) -> list[Operation]:
        """Those that are there, the oldest first. What was only begun, or can be no operation, is removed."""
        found = [self._found(name) for name in self._ids()]
        return sorted((each for each in found if each is not None), key=lambda each: each.created)

    def begin(self, operation_id: str, length: int = 0) -> None:
        """Makes room for one, and for as many bytes of its video."""
        self._check_room(length)
        (self._path / operation_id).mkdir(mode=0o700)
        self.begin_video(operation_id)

    def begin_video(self, operation_id: str, length: int = 0) -> None:
        """An empty file for a video of so many bytes, whatever was there of it."""
        self._check_room(length)
        path = self.video(operation_id)
        path.unlink(missing_ok=True)
        whole_files.create(path).close()

    def add(self, operation_id: str, block: bytes) -> None:
        """To the end of the video."""
        self._check_room(len(block))
        with self.video(operation_id).open("ab", 0) as video:
            whole_files.write_all(video, block)

    def video(self, operation_id: str) -> Path:
        return self._path / operation_id / VIDEO

    def has_video(self, operation_id: str) -> bool:
        return self.video(operation_id).is_file()

    def keep_video(self, operation_id: str) -> None:
        """Has the disk take what was written of the video."""
        with self.video(operation_id).open("rb") as video:
            os.fsync(video.fileno())

    def drop_video(self, operation_id: str) -> None:
        self.video(operation_id).unlink(missing_ok=True)

    def write(self, operation: Operation) -> None:
        """From here on the operation is there, as it is now, whatever happens."""
        folder = self._path / operation.id
        is_new = not (folder / DOCUMENT).exists()
        whole_files.write(folder / DOCUMENT, [stored(operation)])
        if is_new:
            whole_files.settle(self._path)

    def end(self, operation: Operation) -> None:
        """As `write`; the video goes, before that if the disk has no room for what is written."""
        try:
            self.write(operation)
        except OSError:
            self.drop_video(operation.id)
            self.write(operation)
        else:
            self.drop_video(operation.id)

    def write_result(self, operation_id: str, result: str) -> int:
        """Written as the JSON string that clients get it in, so that it is answered without being read; how
        many bytes that is.
        """
        self._check_room(len(result))
        path = self._path / operation_id / RESULT
        whole_files.write(path, _json_string(result))
        return path.stat().st_size

    def result_size(self, operation_id: str) -> int | None:
        """In bytes, if there is one."""
        try:
            return (self._path / operation_id / RESULT).stat().st_size
        except FileNotFoundError:
            return None

    def result(self, operation_id: str) -> StoredResult:
        """It can be read to its end even if it is removed in between."""
        file = (self._path / operation_id / RESULT).open("rb")
        return StoredResult(file, os.fstat(file.fileno()).st_size)

    def remove(self, operation_id: str) -> None:
        """For good; the document goes first."""
        folder = self._path / operation_id
        for name in _NAMES:
            (folder / name).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            folder.rmdir()

    def _check_room(self, length: int) -> None:
        if shutil.disk_usage(self._path).free < length + SPARE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _ids(self) -> list[str]:
        with os.scandir(self._path) as entries:
            return [each.name for each in entries if is_id(each.name) and each.is_dir(follow_symlinks=False)]

    def _found(self, operation_id: str) -> Operation | None:
        try:
            operation = self._read(operation_id)
            if operation is None:
                self.remove(operation_id)
            return operation
        except OSError as error:
            _log.warning("the operation %s can be neither read nor removed: %s", operation_id, error)
            return None

    def _read(self, operation_id: str) -> Operation | None:
        """`None` where its video was still coming, or this is no operation at all."""
        try:
            operation = restored((self._path / operation_id / DOCUMENT).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            _log.warning("the document of the operation %s cannot be read; it is removed", operation_id)
            return None
        if operation.id != operation_id:
            _log.warning("the operation %s has the document of %s; it is removed", operation_id, operation.id)
            return None
        return operation


def _json_string(text: str) -> Iterator[bytes]:
    yield b'"'
    for start in range(0, len(text), _PIECE):
        yield json.dumps(text[start : start + _PIECE])[1:-1].encode()
    yield b'"'
