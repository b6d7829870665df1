"""Whose a history is: of two services on one database, one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.file_lock import FileLock, HeldError
from web.history.database import HistoryUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

_ADVISORY = 0x53656D62
"""A number for PostgreSQL's lock that hardly anybody else has taken."""
_MEANWHILE = "Until that service ends, nothing that waits here is written."


class HistoryLock:
    """A file beside the database, locked as long as it is held; it stays when it is let go."""

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        self.path = self._lock.path
        self.remove = self._lock.remove
        self.release = self._lock.release

    def take(self) -> None:
        """Raises `HistoryUnavailableError` where another has it, `OSError`."""
        try:
            self._lock.take()
        except HeldError as owner:
            raise HistoryUnavailableError(
                f"Another service writes this history ({owner}): "
                f"give each its own file, history.url in the configuration. {_MEANWHILE}"
            ) from None


def taken(path: Path) -> bool:
    """Whether a service has the history in this file open."""
    lock = HistoryLock(path)
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
