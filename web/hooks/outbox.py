"""The outbox: an event is in the database before anything of it is sent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import SQLAlchemyError

from web.history.database import HistoryUnavailableError
from web.hooks.pausing import pause_after
from web.hooks.storing import store_event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event
    from web.history.database import Database

ROOM = 10_000
"""Events that wait in memory while the database fails."""

_BATCH = 200
_AT_THE_END = 2.0

_log = logging.getLogger(__name__)


class Takers(Protocol):
    """Who takes events from the outbox."""

    async def loaded(self) -> None:
        """Returns when it is known which hooks there are."""
        ...

    def wanting(self, event: Event) -> Sequence[str]:
        """The ids of the hooks that are to get it."""
        ...

    def queued(self, hook: str, stream: str | None, since: float) -> None:
        """An entry for this hook is in the database. `since` is when its event happened."""
        ...


class Outbox:
    """Stores events in the order they come, each with an entry for every hook that wants it.

    While the database fails they wait in memory, in order, and nothing of them is sent. `room` of them at
    most: then the oldest is dropped and counted.
    """

    def __init__(
        self,
        database: Database,
        takers: Takers,
        *,
        room: int = ROOM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._takers = takers
        self._room = room
        self._clock = clock
        self._waiting: deque[Event] = deque()
        self._storing: Sequence[Event] = ()
        self._added = asyncio.Event()
        self._failing = False
        self.dropped = 0

    @property
    def failing(self) -> bool:
        """Whether events cannot be stored, and so are not sent."""
        return self._failing

    @property
    def waiting(self) -> int:
        """Events that are in memory alone."""
        return len(self._waiting) + len(self._storing)

    def add(self, event: Event) -> None:
        """Never blocks."""
        self._waiting.append(event)
        if self.waiting > self._room:
            self._waiting.popleft()
            self.dropped += 1
        self._added.set()

    async def run(self) -> None:
        """Until cancelled; then what is in memory is stored, if the database takes it at once."""
        try:
            await self._takers.loaded()
            while True:
                await self._added.wait()
                self._added.clear()
                await self._store_all()
        except asyncio.CancelledError:
            await self._store_the_last()
            raise

    async def _store_all(self) -> None:
        failures = 0
        while self._take():
            try:
                await self._store(self._storing)
            except HistoryUnavailableError as error:
                self._fails(error)
                failures += 1
                await asyncio.sleep(pause_after(failures))
            else:
                failures = 0
                self._storing = ()
                self._works()

    def _take(self) -> bool:
        """The next batch, unless there is one that could not be stored."""
        if not self._storing:
            self._storing = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        return bool(self._storing)

    async def _store(self, batch: Sequence[Event]) -> None:
        try:
            await self._store_together(batch)
        except SQLAlchemyError:
            if len(batch) == 1:
                self.dropped += 1
                _log.exception("the database does not take the event %s; it is dropped", batch[0].id)
                return
            for event in batch:  # one that it does not take must not hold up the others
                await self._store((event,))

    async def _store_together(self, batch: Sequence[Event]) -> None:
        now = self._clock()
        going = [(event, self._takers.wanting(event)) for event in batch]

        def write(connection: Connection) -> list[bool]:
            return [store_event(connection, event, hooks, now) for event, hooks in going]

        for (event, hooks), new in zip(going, await self._database.write(write), strict=True):
            for hook in hooks if new else ():
                self._takers.queued(hook, event.stream, event.at)

    async def _store_the_last(self) -> None:
        try:
            async with asyncio.timeout(_AT_THE_END):
                while self._take():
                    await self._store(self._storing)
                    self._storing = ()
        except (HistoryUnavailableError, TimeoutError) as error:
            _log.error("%d events were not stored, so they are lost: %s", self.waiting, error)

    def _fails(self, error: HistoryUnavailableError) -> None:
        if not self._failing:
            self._failing = True
            _log.error("events wait in memory, and are sent to no hook, until they can be stored: %s", error)

    def _works(self) -> None:
        if self._failing and not self._waiting:
            self._failing = False
            _log.warning("events are stored again; %d were dropped since the start", self.dropped)
