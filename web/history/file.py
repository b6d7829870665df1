"""The file of an SQLite history: taken by one service, watched, and set aside when it is damaged."""

from __future__ import annotations

import glob
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from web.history.database import HistoryUnavailableError
from web.history.ownership import HistoryLock

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

_BESIDE = ("-wal", "-shm")
_NAMES = (".db", ".sqlite", ".sqlite3")


def set_aside(path: Path | None) -> tuple[str, ...]:
    """The damaged histories beside this file, which is not there where a server has the history."""
    if path is None:
        return ()
    found = path.parent.glob(f"{glob.escape(path.name)}.corrupt-*")
    return tuple(sorted(str(each) for each in found if not each.name.endswith(_BESIDE)))


class HistoryFile:
    """All may raise `OSError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = HistoryLock(path)
        self._was_ours = False
        self._identity: tuple[int, int] | None = None

    def take(self) -> None:
        """Makes the folder and the file, for this user alone. Raises `HistoryUnavailableError` where another
        service has it.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._was_ours = self._lock.path.exists()
        self._lock.take()
        # One that is there must not be opened and closed: SQLite's locks on it would be gone for this
        # process, and the next command that reads it would take its log away.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        self._identity = self._identify()

    def check(self) -> None:
        """Raises `HistoryUnavailableError` where the file that was taken is not there any more."""
        if self._identity != self._identify():
            raise HistoryUnavailableError(
                f"The file {self._path} was deleted or replaced under the service's hands; it is opened anew."
            )
        if not self._beside("-wal").exists():
            raise HistoryUnavailableError(f"The file {self._beside('-wal')} was deleted; it is made anew.")

    def set_aside(self, why: str) -> Path:
        """Renames the damaged file and what belongs to it; how it is called now.

        Raises `HistoryUnavailableError` where it may be no history at all but something else that was named
        by mistake.
        """
        if not self._was_ours and self._path.suffix not in _NAMES:
            self._lock.remove()
            raise HistoryUnavailableError(
                f"{self._path} is not a database: name another file, history.url in the configuration."
            )
        aside = self._free_name()
        for ending in ("", *_BESIDE):
            if self._beside(ending).exists():
                self._beside(ending).rename(aside.with_name(aside.name + ending))
        _log.error(
            "the history in %s is damaged (%s) and was set aside as %s; a new one begins",
            self._path,
            why,
            aside,
        )
        return aside

    def release(self) -> None:
        self._identity = None
        self._lock.release()

    def _identify(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _free_name(self) -> Path:
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        names = [f"{self._path.name}.corrupt-{stamp}", f"{self._path.name}.corrupt-{stamp}-{os.getpid()}"]
        return next(path for name in names if not (path := self._path.with_name(name)).exists())

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)
