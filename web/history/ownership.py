"""Whose a history is: of two services on one database, one writes."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Any

from web.history.database import HistoryUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

_ADVISORY = 0x53656D62
"""A number for PostgreSQL's lock that hardly anybody else has taken."""
_MEANWHILE = "Until that service ends, nothing that waits here is written."


class FileLock:
    """A file beside the database, locked as long as it is held; it stays when it is let go."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Raises `HistoryUnavailableError` where another has it, `OSError`."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(file, 100, 0).decode(errors="replace").strip() or "a process unknown"
            os.close(file)
            raise HistoryUnavailableError(
                f"Another service writes this history ({owner}): "
                f"give each its own file, history.url in the configuration. {_MEANWHILE}"
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"process {os.getpid()}\n".encode(), 0)
        self._file = file

    def remove(self) -> None:
        """While it is held: nobody shall think that a history was here."""
        self.path.unlink(missing_ok=True)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def taken(path: Path) -> bool:
    """Whether a service has the history in this file open."""
    lock = FileLock(path)
    try:
        lock.take()
    except HistoryUnavailableError:
        return True
    lock.release()
    return False


def take_postgresql(connection: Any) -> None:
    """For a connection of the driver, for as long as it lasts. Raises `HistoryUnavailableError`."""
    with connection.cursor() as cursor:
        (free,) = cursor.execute("SELECT pg_try_advisory_lock(%s)", (_ADVISORY,)).fetchone()
        owner = None if free else cursor.execute(_OWNER, (_ADVISORY,)).fetchone()
    connection.commit()
    if not free:
        who = (
            f"process {owner[0]} of the server, from {owner[1] or 'the same machine'}" if owner else "unknown"
        )
        raise HistoryUnavailableError(
            f"Another service writes this history ({who}): give each its own database, history.url in the "
            f"configuration. {_MEANWHILE}"
        )


_OWNER = """\
SELECT a.pid, host(a.client_addr) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %s AND l.granted
"""
