"""An outbox and a dispatcher on a virtual clock, with deliverers that do what a test asks of them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from aggregation.event import Event
from tests.history_database import MemoryDatabase
from web.history.schema import deliveries, events, outbox
from web.hooks.dispatcher import Dispatcher
from web.hooks.hook import DISABLE_AFTER, EVERYTHING, Delivery, Hook, HookFilter, Outcome, Schedule
from web.hooks.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from sqlalchemy import Connection, Select

    from web.history.database import Database

START = 1_790_000_000.0
"""UTC seconds at which the virtual clock begins."""

DELIVERED = Outcome("delivered", 204)
FAILED = Outcome("failed", 500, "It answered 500.")
REFUSED = Outcome("refused", 410, "It answered 410.")


def now() -> float:
    return START + asyncio.get_running_loop().time()


def event(number: int, stream: str | None = "a", *, rule: str | None = "r", at: float = START) -> Event:
    return Event(f"evt_{number}", stream, rule, "emotion.dominant.changed", "changed", at, 1, None, None)


@dataclass
class FakeDeliverer:
    """Notes what it is given and when, takes `seconds`, answers as `outcomes` say, then it delivers."""

    outcomes: list[Outcome | BaseException] = field(default_factory=list)
    seconds: float = 0.0
    given: list[Delivery] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    busy: int = 0
    most: int = 0

    async def deliver(self, delivery: Delivery) -> Outcome:
        self.given.append(delivery)
        self.times.append(now() - START)
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.busy -= 1
        outcome = self.outcomes.pop(0) if self.outcomes else DELIVERED
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @property
    def events(self) -> list[str]:
        return [delivery.event_id for delivery in self.given]


def hook(
    deliverer: FakeDeliverer,
    name: str = "lights",
    *,
    filter: HookFilter = EVERYTHING,  # noqa: A002 - the hook's own word
    delays: tuple[float, ...] = (5.0, 300.0),
    repeats: bool = False,
    max_age: float = 3600.0,
    concurrency: int = 4,
    timeout: float = 30.0,
    enabled: bool = True,
) -> Hook:
    schedule = Schedule(delays, 0.0, repeats)
    return Hook(name, "webhook", name, filter, schedule, deliverer, max_age, concurrency, timeout, enabled)


@dataclass
class World:
    database: MemoryDatabase
    dispatcher: Dispatcher
    outbox: Outbox
    announced: list[Event]

    async def rows(self, hook_id: str = "lights") -> list[tuple[str, str, int]]:
        """Event, state and attempts of each entry, in their order."""
        query = select(outbox.c.event, outbox.c.state, outbox.c.attempts).where(outbox.c.hook == hook_id)
        return await self._all(query.order_by(outbox.c.id))

    async def log(self, hook_id: str = "lights") -> list[tuple[str, int, str, str | None]]:
        """Event, attempt, outcome and error of each line, in their order."""
        table = deliveries.c
        query = select(table.event, table.attempt, table.outcome, table.error).where(table.hook == hook_id)
        return await self._all(query.order_by(table.id))

    async def events(self) -> list[str]:
        """The ids in the table of events."""
        return [row[0] for row in await self._all(select(events.c.id).order_by(events.c.id))]

    async def erase(self, *ids: str, entries: bool = False) -> None:
        """Deletes events, and with `entries` what is on its way of them."""

        def erase(connection: Connection) -> None:
            connection.execute(delete(events).where(events.c.id.in_(ids)))
            if entries:
                connection.execute(delete(outbox).where(outbox.c.event.in_(ids)))

        await self.database.write(erase)

    async def _all(self, query: Select[Any]) -> list[Any]:
        return await self.database.read(lambda connection: [tuple(row) for row in connection.execute(query)])


@asynccontextmanager
async def world(
    hooks: Sequence[Hook],
    database: MemoryDatabase | None = None,
    *,
    disable_after: float = DISABLE_AFTER,
    room: int = 10_000,
    logs: bool = True,
    chance: Callable[[], float] = lambda: 0.0,
    wrapped: Database | None = None,
    clock: Callable[[], float] = now,
) -> AsyncIterator[World]:
    """Everything runs until the end of the context, and is cancelled then."""
    memory = database or MemoryDatabase()
    used = wrapped or memory
    announced: list[Event] = []
    dispatcher = Dispatcher(
        used, announced.append, disable_after=disable_after, logs=logs, clock=clock, chance=chance
    )
    for each in hooks:
        dispatcher.place(each)
    box = Outbox(used, dispatcher, room=room, clock=clock)
    tasks = [asyncio.create_task(dispatcher.run(_nothing)), asyncio.create_task(box.run())]
    try:
        yield World(memory, dispatcher, box, announced)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if database is None:
            memory.close()


async def _nothing() -> None:
    """There is nothing to restore."""
