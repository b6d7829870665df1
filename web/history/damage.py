"""Blocks that came back from the database otherwise than they were written: told once each, and counted."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

_log = logging.getLogger(__name__)
_OPTION = "semblance_damage"
_MOST = 10_000


class Damage:
    """Noted from all threads that read."""

    def __init__(self) -> None:
        self._blocks: set[int] = set()
        self._lock = Lock()

    @property
    def count(self) -> int:
        return len(self._blocks)

    def note(self, block: int, what: str) -> None:
        with self._lock:
            if block in self._blocks or len(self._blocks) >= _MOST:
                return
            self._blocks.add(block)
        _log.error("block %d of the history is damaged, and left out: %s", block, what)


def options(damage: Damage) -> dict[str, object]:
    """Options of an engine whose readers note here what they find."""
    return {_OPTION: damage}


def noting(connection: Connection) -> Damage:
    """Where this connection notes damage."""
    found = connection.get_execution_options().get(_OPTION)
    return found if isinstance(found, Damage) else Damage()
