"""The dispatcher: a courier for each hook, so that none of them can delay another."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, NoReturn

from web.history.database import HistoryUnavailableError
from web.hooks import entries
from web.hooks.attempt import cancelled
from web.hooks.closing import close_entries
from web.hooks.courier import Courier
from web.hooks.health import HEALTHY, read_health, write_health
from web.hooks.hook import DISABLE_AFTER
from web.hooks.log import latest
from web.hooks.pausing import pause_after
from web.hooks.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event
    from web.history.database import Database
    from web.hooks.hook import Hook

AGAIN_AFTER = 60.0
"""Seconds until a courier is started again that ended by a mistake of its own."""

_GONE = "The hook has been removed."

_log = logging.getLogger(__name__)


class UnknownHookError(Exception):
    """No hook has this id."""


class Dispatcher:
    """Implements the outbox's `Takers`. Hooks may be added, changed and removed while it runs.

    `announce` is told of the service's own events (a hook was disabled) when they are in the database; they
    are in the outbox for other hooks already.
    """

    def __init__(
        self,
        database: Database,
        announce: Callable[[Event], None],
        *,
        disable_after: float = DISABLE_AFTER,
        logs: bool = True,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._announce = announce
        self._terms = Terms(database, clock, chance, disable_after, logs, self.wanting, self._disabled)
        self._couriers: dict[str, Courier] = {}
        self._tasks: asyncio.TaskGroup
        self._running: dict[str, asyncio.Task[None]] = {}
        self._loaded = asyncio.Event()
        self._gone: set[str] = set()
        self._any_gone = asyncio.Event()

    def couriers(self) -> Mapping[str, Courier]:
        """By the id of their hook, in the order they were added."""
        return self._couriers

    def courier(self, hook: str) -> Courier:
        """Raises `UnknownHookError`."""
        try:
            return self._couriers[hook]
        except KeyError:
            raise UnknownHookError(hook) from None

    @property
    def is_loaded(self) -> bool:
        """Whether the database has been read; before, nothing is sent."""
        return self._loaded.is_set()

    async def loaded(self) -> None:
        await self._loaded.wait()

    def wanting(self, event: Event) -> list[str]:
        return [
            hook
            for hook, courier in self._couriers.items()
            if courier.accepts and courier.hook.filter.wants(event)
        ]

    def queued(self, hook: str, stream: str | None, since: float) -> None:
        if courier := self._couriers.get(hook):
            courier.queued(stream, 1, since)
        else:  # removed while it was written
            self._gone.add(hook)
            self._any_gone.set()

    def place(self, hook: Hook) -> None:
        """A further hook, before anything runs."""
        self._couriers[hook.id] = Courier(hook, self._terms)

    async def run(self, restore: Callable[[], Awaitable[None]]) -> None:
        """Delivers until cancelled; first what was waiting before.

        `restore` is to place the hooks that the database knows; it is tried until the database is there.
        """
        await self._restored(restore)
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for courier in self._couriers.values():
                self._start(courier)
            self._loaded.set()
            await self._forget_the_gone()

    def add(self, hook: Hook) -> None:
        """A further hook while it runs; `forget` first what an older one of its id may have left."""
        self.place(hook)
        self._start(self._couriers[hook.id])

    async def remove(self, hook: str) -> None:
        """What waits for it is cancelled, at the next start if the database fails now."""
        del self._couriers[hook]
        task = self._running.pop(hook)
        task.cancel()
        await asyncio.wait([task])
        await self._forget_if_possible(hook)

    async def make_due(self, hook: str) -> None:
        """What waits for it need not, once it is released. Raises `HistoryUnavailableError`."""
        now = self._terms.clock()
        await self._terms.database.write(lambda connection: entries.make_due(connection, hook, now))

    async def enable(self, hook: str) -> None:
        """What waits for it is due. Raises `HistoryUnavailableError`."""
        self.check()
        courier, now = self.courier(hook), self._terms.clock()

        def write(connection: Connection) -> None:
            write_health(connection, hook, HEALTHY)
            entries.make_due(connection, hook, now)

        await self._terms.database.write(write)
        courier.enable()

    async def forget(self, hook: str) -> None:
        """Cancels what waits for a hook that is no longer there. Raises `HistoryUnavailableError`."""
        now, logs = self._terms.clock(), self._terms.logs

        def write(connection: Connection) -> int:
            write_health(connection, hook, HEALTHY)
            found = entries.some_waiting(connection, hook)
            return close_entries(connection, hook, found, "cancelled", _GONE, now, logs=logs)

        while await self._terms.database.write(write):
            pass

    def check(self) -> None:
        """Raises `HistoryUnavailableError` while it is not known yet which hooks there are."""
        if not self._loaded.is_set():
            raise HistoryUnavailableError("What is known of hooks has not been read from the database yet.")

    async def _forget_the_gone(self) -> NoReturn:
        """Cancels what was written for hooks while they were removed."""
        while True:
            await self._any_gone.wait()
            self._any_gone.clear()
            while self._gone:
                hook = self._gone.pop()
                if hook not in self._couriers:
                    await self._forget_if_possible(hook)

    async def _forget_if_possible(self, hook: str) -> None:
        try:
            await self.forget(hook)
        except HistoryUnavailableError as error:
            _log.warning("what waits for the hook %s is not cancelled before the next start: %s", hook, error)

    async def _restored(self, restore: Callable[[], Awaitable[None]]) -> None:
        for failures in count(1):
            try:
                await restore()
                await self._remember()
            except HistoryUnavailableError as error:
                if failures == 1:
                    _log.warning("no hook gets anything until the database is there: %s", error)
                await asyncio.sleep(pause_after(failures))
            else:
                return

    async def _remember(self) -> None:
        """How each hook was, and what waits for it; what waits for one that is gone is cancelled."""
        database = self._terms.database
        for hook in await database.read(lambda connection: list(entries.hooks(connection))):
            if hook not in self._couriers:
                await self.forget(hook)
        health = await database.read(read_health)
        waiting = {
            hook: await database.read(partial(entries.waiting_by_stream, hook=hook))
            for hook in self._couriers
        }
        last = {hook: await database.read(partial(latest, hook=hook)) for hook in self._couriers}
        for hook, courier in self._couriers.items():
            courier.remember(health.get(hook, HEALTHY), waiting[hook], last[hook])

    def _start(self, courier: Courier) -> None:
        name = courier.hook.id
        self._running[name] = self._tasks.create_task(_supervised(courier), name=f"hook {name}")

    def _disabled(self, event: Event, takers: Sequence[str]) -> None:
        for hook in takers:
            self.queued(hook, event.stream, event.at)
        self._announce(event)


async def _supervised(courier: Courier) -> None:
    """A mistake in one courier is no end of the others, nor of the service."""
    while True:
        try:
            await courier.run()
        except Exception:
            _log.exception("the hook %s stops for %g s", courier.hook.id, AGAIN_AFTER)
            if cancelled():  # at the same time
                return
        await asyncio.sleep(AGAIN_AFTER)
