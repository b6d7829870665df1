"""What is done to the history now and then: packing the tail, deleting what is too old, giving back space."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from web.history import compaction
from web.history.database import HistoryUnavailableError
from web.history.retention import forget_empty_series, prune

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from web.history.database import Database
    from web.history.keep import Keep

PERIOD = 900.0
"""Seconds between two rounds. What the tail gathers meanwhile is read in whole by a query."""
_FIRST = 60.0
_PAUSE = 0.2
"""Seconds between two steps of one round, for others who write."""
_SPARE = 2_000
_PAGES = 500
"""Free pages of a file that are kept for what comes, and how many of the others are given back in a step."""


class Maintenance:
    """Runs rounds on a database, of which the writing is short each time; `now` gives UTC seconds."""

    def __init__(self, database: Database, keep: Keep, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._keep = keep
        self._now = now

    async def run(self) -> None:
        await asyncio.sleep(_FIRST)
        while True:
            # The store says what is wrong, and the next round does what this one did not.
            with suppress(HistoryUnavailableError):
                await self.round()
            await asyncio.sleep(PERIOD)

    async def round(self) -> None:
        await self._compact()
        await self._repeat(lambda connection: prune(connection, self._keep, self._now()))
        await self._database.write(forget_empty_series)
        await self._repeat(_give_back)

    async def _compact(self) -> None:
        more = True
        while more:
            planned = await self._database.read(compaction.plan)
            if planned is None:
                break
            await self._database.write(partial(compaction.apply, compaction=planned))
            more = planned.more

    async def _repeat(self, step: Callable[[Connection], int]) -> None:
        """Until there is nothing left to do."""
        done = await self._database.write(step)
        while done:
            await asyncio.sleep(_PAUSE)
            done = await self._database.write(step)


def _give_back(connection: Connection) -> int:
    """Makes an SQLite file shorter by some free pages, and says how many. PostgreSQL sees to it itself."""
    if connection.dialect.name != "sqlite":
        return 0
    free: int = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    spare = min(max(0, free - _SPARE), _PAGES)
    for _ in range(spare):
        connection.exec_driver_sql("PRAGMA incremental_vacuum(1)")  # the driver would do no more at once
    return spare
