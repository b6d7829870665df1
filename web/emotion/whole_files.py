"""Files that are there as a whole or not at all, whatever happens while they are written. All block."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNFINISHED = ".new"
"""The ending of what is written and has not its name yet."""


def create(path: Path) -> BinaryIO:
    """A file that was not there, for this user alone; unbuffered, so that who writes gets the errors."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb", 0)


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """All of it, or what was there before; on the disk when this returns."""
    new = path.with_name(path.name + UNFINISHED)
    new.unlink(missing_ok=True)
    try:
        with create(new) as file:
            for piece in pieces:
                write_all(file, piece)
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    settle(path.parent)


def write_all(file: BinaryIO, data: bytes) -> None:
    """An unbuffered file may take less than it is given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def settle(folder: Path) -> None:
    """Names that were made in it outlast a power failure, where the file system has that for folders."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
