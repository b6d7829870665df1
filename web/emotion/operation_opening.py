"""Whether videos can be taken: the tasks of those that are under way, or a sentence that says why not."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from web.emotion import operation_refusals as refusals
from web.emotion.operation_disk import disk_sentence
from web.while_connected import STOPPING

if TYPE_CHECKING:
    from asyncio import TaskGroup

_PATIENCE = 10.0
"""Seconds to wait for the first attempt to open."""
_NOT_YET = "The folder of operations is not open yet."
_NOT_NOW = "Videos cannot be taken at the moment."

_log = logging.getLogger(__name__)


class Opening:
    """Closed at first. What keeps it closed is logged when it changes, and once when it has passed."""

    def __init__(self) -> None:
        self._tasks: TaskGroup | None = None
        self._tried = asyncio.Event()
        self._told = _NOT_YET
        """To callers, while there are no tasks."""
        self._logged = ""

    @property
    def tasks(self) -> TaskGroup:
        """Raises `EmotionError` while this is closed."""
        if self._tasks is None:
            raise refusals.out_of_order(self._told)
        return self._tasks

    async def wait(self) -> None:
        """Until the first attempt is over, if that does not take too long. Raises `EmotionError`."""
        if not self._tried.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._tried.wait()
        _ = self.tasks

    def open(self, tasks: TaskGroup) -> None:
        if self._logged:
            _log.info("the Emotion API takes videos again")
            self._logged = ""
        self._tasks = tasks
        self._tried.set()

    def fail(self, error: Exception) -> None:
        """Who calls is told nothing of other services and of settings."""
        told = disk_sentence(error) if isinstance(error, OSError) else _NOT_NOW
        logged = told if isinstance(error, OSError) else str(error)
        if logged != self._logged:
            _log.warning("the Emotion API takes no videos, and tries again: %s", logged)
        self._logged = logged
        self.close(told)

    def close(self, told: str = STOPPING) -> None:
        self._tasks = None
        self._told = told
        self._tried.set()
