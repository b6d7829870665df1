"""What each stream and group begins with: its numbers and rules go on where an earlier life left them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from web.history.database import Database, HistoryUnavailableError
from web.history.restoring import newest_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.event import Event
    from semblance.ruling import Ruling

PATIENCE = 5.0
"""Seconds that a beginning waits for the database; without it, all begins anew."""

_log = logging.getLogger("semblance.history")


class Memory(Database, Protocol):
    """The database, and what it knows of streams."""

    async def last_sequence(self, stream: str) -> int:
        """A number that no summary of this stream has reached; 0 where nothing is known of it."""
        ...


class Beginnings:
    """Streams and groups begin here; `load` comes first, once there are rules."""

    def __init__(self, memory: Memory, ruling: Ruling) -> None:
        self._memory = memory
        self._ruling = ruling
        self._newest: dict[str, Sequence[Event]] = {}

    async def load(self) -> None:
        """Reads the last events of the earlier life."""
        try:
            async with asyncio.timeout(PATIENCE):
                self._newest = dict(await self._memory.read(newest_events))
        except (HistoryUnavailableError, TimeoutError) as error:
            reason = str(error) or f"it did not answer within {PATIENCE:g} s"
            _log.warning("rules begin anew, because their last events cannot be read: %s", reason)

    async def begin(self, stream: str) -> int:
        """The stream is about to be followed: the sequence after which its summaries go on."""
        sequence = await self._sequence(stream)
        self._ruling.begin(stream, sequence, self._newest.pop(stream, ()))
        return sequence

    async def begin_group(self, group: str, streams: Sequence[str]) -> None:
        """The group is about to be pooled."""
        sequence = await self._sequence(group)
        self._ruling.put_group(group, streams, sequence)
        self._ruling.begin(group, sequence, self._newest.pop(group, ()))

    async def settle(self) -> None:
        """What is configured has begun; what was open of any other stream ends, for it is not there."""
        left, self._newest = self._newest, {}
        for stream, events in left.items():
            if any(event.phase == "started" for event in events):
                self._ruling.lose(stream, await self._sequence(stream), events)
        self._ruling.settle()

    async def _sequence(self, stream: str) -> int:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._memory.last_sequence(stream)
        except TimeoutError:
            return 0
