"""A file that one process at a time holds; the system lets it go when that process ends, however it does."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class HeldError(Exception):
    """Another process holds the file; the message is who, as far as it is known."""


class FileLock:
    """The file stays when it is let go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> None:
        """Raises `HeldError`, `OSError`."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(file, 100, 0).decode(errors="replace").strip() or "a process unknown"
            os.close(file)
            if isinstance(error, BlockingIOError):
                raise HeldError(owner) from None
            raise
        self._file = file
        with suppress(OSError):  # a full disk; who holds it is only told to people
            os.ftruncate(file, 0)
            os.pwrite(file, f"process {os.getpid()}\n".encode(), 0)

    def is_there(self) -> bool:
        """Whether the file that was taken is the one that others would find now. Raises `OSError`."""
        if self._file is None:
            return False
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return False
        return os.path.samestat(found, os.fstat(self._file))

    def remove(self) -> None:
        """While it is held: nobody shall think that something was here."""
        self.path.unlink(missing_ok=True)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
