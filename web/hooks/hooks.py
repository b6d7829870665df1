"""All that sends events out of the service, as one part: outbox, dispatcher, webhooks and the log."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from web.history.database import HistoryUnavailableError
from web.hooks.dispatcher import Dispatcher
from web.hooks.hook import DISABLE_AFTER
from web.hooks.log import Line, LogOutcome, read_lines, write_lines
from web.hooks.outbox import Outbox
from web.hooks.registry import Registry
from web.hooks.resending import Resent, resend_event, resend_range
from web.hooks.trial import try_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aggregation.event import Event
    from web.history.database import Database
    from web.hooks.definition import Webhook
    from web.hooks.hook import Hook
    from web.hooks.registry import Definitions


class HookBeingTestedError(Exception):
    """This hook is being tested already."""


class DisabledHookError(Exception):
    """Nothing is sent to a hook that is switched off or disabled; the message is a sentence."""


class Hooks:
    """`add` takes events, `run` delivers them until it is cancelled.

    `hooks` come from the configuration as they are, `webhooks` can be changed over REST; `make` makes a hook
    of one. `announce` is told of the service's own events, which are stored and queued for other hooks then.
    """

    def __init__(
        self,
        database: Database,
        definitions: Definitions,
        make: Callable[[Webhook], Hook],
        announce: Callable[[Event], None],
        *,
        hooks: Iterable[Hook] = (),
        webhooks: Iterable[Webhook] = (),
        disable_after: float = DISABLE_AFTER,
        logs: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._logs = logs
        self._clock = clock
        self._tested: set[str] = set()
        self.dispatcher = Dispatcher(database, announce, disable_after=disable_after, logs=logs, clock=clock)
        for hook in hooks:
            self.dispatcher.place(hook)
        self.registry = Registry(self.dispatcher, definitions, make, webhooks)
        self.outbox = Outbox(database, self.dispatcher, clock=clock)

    def add(self, event: Event) -> None:
        """Never blocks."""
        self.outbox.add(event)

    @property
    def blocked(self) -> bool:
        """Whether no hook gets anything, because the database is away or has not been read yet."""
        return self.outbox.failing or not self.dispatcher.is_loaded

    def now(self) -> float:
        """UTC seconds."""
        return self._clock()

    async def run(self) -> None:
        """Until cancelled; the database must outlive it, to store the last events."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.dispatcher.run(self.registry.restore), name="dispatcher")
            tasks.create_task(self.outbox.run(), name="outbox")

    async def test(self, name: str) -> Line:
        """Delivers at once, also to a disabled hook; when it arrives, what waits is sent too.

        Raises `UnknownHookError`, `HookBeingTestedError`.
        """
        hook = self.dispatcher.courier(name).hook
        if name in self._tested:
            raise HookBeingTestedError(name)
        self._tested.add(name)
        try:
            line = await try_hook(hook, self._clock())
        finally:
            self._tested.discard(name)
        if line.outcome == "delivered" and (courier := self.dispatcher.couriers().get(name)):
            courier.answered()
        if self._logs:
            with suppress(HistoryUnavailableError):  # who asked is told all the same
                await self._database.write(lambda connection: write_lines(connection, [line]))
        return line

    async def resend(self, name: str, event: str) -> Resent | None:
        """`None` where no such event was recorded.

        Raises `UnknownHookError`, `DisabledHookError` and `HistoryUnavailableError`.
        """
        self._open(name)
        now = self._clock()
        resent = await self._database.write(lambda connection: resend_event(connection, name, event, now))
        if resent is not None:
            self._queued(name, resent, now)
        return resent

    async def resend_range(self, name: str, since: float, until: float) -> Resent:
        """UTC seconds. Raises what `resend` does, and `TooManyEventsError`."""
        hook, now = self._open(name), self._clock()
        resent = await self._database.write(
            lambda connection: resend_range(connection, hook, since, until, now)
        )
        self._queued(name, resent, now)
        return resent

    async def log(self, name: str, outcome: LogOutcome | None, limit: int, before: int | None) -> list[Line]:
        """Newest first. Raises `UnknownHookError` and `HistoryUnavailableError`."""
        self.dispatcher.courier(name)
        return await self._database.read(
            lambda connection: read_lines(connection, name, outcome, limit, before)
        )

    def _open(self, name: str) -> Hook:
        courier = self.dispatcher.courier(name)
        self.dispatcher.check()
        if not courier.accepts:
            raise DisabledHookError(f"Nothing is sent to {name!r} while it is disabled; enable it first.")
        return courier.hook

    def _queued(self, name: str, resent: Resent, now: float) -> None:
        for stream, number in resent.queued.items():
            self.dispatcher.courier(name).queued(stream, number, now)
