"""A courier: delivers what waits in the outbox for one hook, in order for each stream."""

from __future__ import annotations

import asyncio
import logging
from itertools import count
from typing import TYPE_CHECKING, Literal

from web.history.database import HistoryUnavailableError
from web.hooks import entries
from web.hooks.attempt import attempt
from web.hooks.closing import close_entries
from web.hooks.disabling import disabled_event
from web.hooks.entries import Ref
from web.hooks.figures import Figures
from web.hooks.health import HEALTHY, write_health
from web.hooks.hook import Delivery
from web.hooks.lanes import Lanes
from web.hooks.log import write_lines
from web.hooks.patience import Patience
from web.hooks.pausing import pause_after
from web.hooks.storing import store_event
from web.hooks.verdict import early_verdict, hold, line_of, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event
    from web.hooks.entries import Entry, State
    from web.hooks.health import Health
    from web.hooks.hook import Hook, Outcome
    from web.hooks.lanes import Lane
    from web.hooks.terms import Terms

TURN = 16
"""Entries of one stream that are read, and delivered, before it is another stream's turn."""

LONGEST_TURN = 1.0
"""Seconds after which it is another stream's turn even so, when the entry is delivered that is on its way."""

_log = logging.getLogger(__name__)


class Courier:
    """Reads no more than a turn's entries of each stream it is busy with, however many wait.

    A result is written together with the state of its entry before the next of its stream is sent; while the
    database fails it is kept, and the event is not sent again. What was on its way when the service died is.
    """

    def __init__(self, hook: Hook, terms: Terms) -> None:
        self._hook = hook
        self._terms = terms
        self._health = self._kept = HEALTHY
        self._lanes = Lanes(self._work, lambda: self._hook.concurrency, terms.clock)
        self._patience = Patience()
        self._releases = 0
        self._unreadable = 0
        self.figures = Figures()

    @property
    def hook(self) -> Hook:
        return self._hook

    @property
    def health(self) -> Health:
        return self._health

    @property
    def accepts(self) -> bool:
        """Whether events are queued and sent; else what waits stays until it is too old."""
        return self._hook.enabled and self._health.disabled_at is None

    @property
    def blocked(self) -> bool:
        """Whether the database did not take or give what it was asked for the last time."""
        return self._unreadable > 0

    @property
    def waiting(self) -> int:
        """Events in the outbox."""
        return self._lanes.waiting

    @property
    def oldest(self) -> float | None:
        """What the age of the oldest entry that waits counts from, as far as they have been looked at."""
        return self._lanes.oldest

    def remember(
        self, health: Health, waiting: Sequence[tuple[str | None, int]], latest: Mapping[str, float]
    ) -> None:
        """What the database knows: the hook's health, how much waits of which stream, the latest outcomes."""
        self.figures.last_delivered, self.figures.last_failed = latest.get("delivered"), latest.get("failed")
        self._health = self._kept = health
        for stream, number in waiting:
            self._lanes.add(stream, number)

    def queued(self, stream: str | None, number: int, since: float) -> None:
        """So many more of this stream are in the database."""
        self._lanes.add(stream, number, since, hastened=True)

    def change(self, hook: Hook) -> None:
        """From the next attempt on; what is on its way arrives as it was."""
        self._hook = hook
        self._lanes.look_again()

    def enable(self) -> None:
        """As if it had never failed. The database knows already, and says of what waits that it is due."""
        self._health = self._kept = HEALTHY
        self.release()

    def release(self) -> None:
        """The database says of what waits that it is due, whatever the hook asked for."""
        self._releases += 1
        self._patience.end()
        self._lanes.look_again()

    def answered(self) -> None:
        """It took a test delivery, so what waits need wait no longer; one that is disabled stays so."""
        if self._health.disabled_at is None:
            self._health = HEALTHY  # the database is told with the next attempt
            self._patience.end()
            self._lanes.look_again(hastened=True)

    async def run(self) -> None:
        """Until cancelled."""
        await self._lanes.run()

    async def _work(self, lane: Lane) -> float | None:
        try:
            due = await self._deliver_some(lane)
        except HistoryUnavailableError:
            self._unreadable += 1
            return self._terms.clock() + pause_after(self._unreadable)
        self._unreadable = 0
        return due

    async def _deliver_some(self, lane: Lane) -> float | None:
        hook = self._hook.id
        page = await self._terms.database.read(
            lambda connection: entries.page(connection, hook, lane.stream, TURN + 1)
        )
        if len(page) <= TURN and not lane.changed:
            lane.waiting = len(page)  # entries may have been erased with their events
        ends = self._terms.clock() + LONGEST_TURN
        for entry in page[:TURN]:
            lane.since = entry.since
            if self._terms.clock() >= ends:
                return self._terms.clock()
            due = await self._see_to(entry, lane)
            if due is not None:
                return due
        lane.since = page[TURN].since if len(page) > TURN else None
        return None if lane.since is None else self._terms.clock()

    async def _see_to(self, entry: Entry, lane: Lane) -> float | None:
        """When to look at it again; `None` when it waits no more."""
        now = self._terms.clock()
        expires = entry.since + self._hook.max_age
        if entry.document is None:
            await self._cancel(entry)
            lane.waiting -= 1
            return None
        if now >= expires:
            lane.waiting -= await self._expire(entry.stream)
            return now
        if not self.accepts:
            return expires
        failing = self._health.failing_since is not None
        ready = self._patience.ready(entry, lane, self._hook, now, failing=failing)
        if ready > now:
            return min(ready, expires)
        early = not self._patience.scheduled(entry, self._hook, now)
        self._patience.tried(lane, now, early=early)
        due = await self._try(entry, entry.document, early=early)
        lane.waiting -= due is None
        return due

    async def _cancel(self, entry: Entry) -> None:
        found = [Ref(entry.id, entry.event, entry.attempts)]
        await self._terms.database.write(
            lambda connection: self._close(connection, found, "cancelled", "The event has been erased.")
        )
        self.figures.cancelled += 1

    async def _expire(self, stream: str | None) -> int:
        """What is too old among the oldest, together; how many."""
        cutoff = self._terms.clock() - self._hook.max_age
        reason = f"It was older than {self._hook.max_age:g} s, the most that this hook takes."

        def write(connection: Connection) -> int:
            found = entries.too_old(connection, self._hook.id, stream, cutoff)
            return self._close(connection, found, "expired", reason)

        expired = await self._terms.database.write(write)
        self.figures.expired += expired
        return expired

    def _close(
        self,
        connection: Connection,
        found: Sequence[Ref],
        state: Literal["expired", "cancelled"],
        reason: str,
    ) -> int:
        now, logs = self._terms.clock(), self._terms.logs
        return close_entries(connection, self._hook.id, found, state, reason, now, logs=logs)

    async def _try(self, entry: Entry, document: str, *, early: bool) -> float | None:
        number, began, releases = entry.attempts + 1, self._terms.clock(), self._releases
        delivery = Delivery(entry.event, document, number, entry.stream, entry.name, entry.at)
        outcome, seconds = await attempt(self._hook, delivery)
        at = self._terms.clock()
        line = line_of(self._hook.id, delivery, outcome, began, seconds)
        stale = releases != self._releases and outcome.result != "delivered"
        state: State
        if stale:  # it went where nothing goes any more
            state, due = "waiting", at
        elif early:
            state, due = early_verdict(outcome, entry.next_at, at)
        else:
            state, due = verdict(outcome, self._hook.schedule, number, at, self._terms.chance)
        attempts = entry.attempts if early and state == "waiting" else number
        failing = self._health.failing_since is not None
        disabled = None if stale else self._judge(outcome, at)
        takers = self._terms.wanting(disabled) if disabled else ()

        def write(connection: Connection) -> None:
            entries.settle(connection, entry.id, state, attempts, due)
            write_lines(connection, [line] if self._terms.logs else [])
            if disabled is not None:
                store_event(connection, disabled, takers, at)

        await self._keep(write)
        self._count(outcome, state, at)
        if failing and outcome.result == "delivered":
            self._lanes.look_again(hastened=True)
        if disabled is not None:
            self._terms.disabled(disabled, takers)
        return min(due, entry.since + self._hook.max_age) if state == "waiting" else None

    def _judge(self, outcome: Outcome, at: float) -> Event | None:
        """Gives the event that tells of it when this outcome disables the hook."""
        before = self._health
        self._health = before.after(outcome, at, self._disable_after)
        if hold(outcome):
            self._patience.hold(at + hold(outcome))
        if self._health.disabled_at is not None and before.disabled_at is None:
            _log.error("the hook %s is disabled: %s", self._hook.id, self._health.reason)
            return disabled_event(self._hook.id, self._health)
        if self._health.failing_since is not None and before.failing_since is None:
            _log.warning("the hook %s fails: %s", self._hook.id, outcome.error)
        if self._health == HEALTHY != before:
            _log.warning("the hook %s works again", self._hook.id)
        return None

    @property
    def _disable_after(self) -> float:
        return self._terms.disable_after if self._hook.may_be_disabled else float("inf")

    async def _keep(self, write: Callable[[Connection], None]) -> None:
        """Returns when the result is in the database, with the health of the hook at that time."""
        for failures in count(1):
            health = self._health

            def change(connection: Connection, health: Health = health) -> None:
                write(connection)
                if health != self._kept:
                    write_health(connection, self._hook.id, health)

            try:
                await self._terms.database.write(change)
            except HistoryUnavailableError:
                await asyncio.sleep(pause_after(failures))
            else:
                self._kept = health
                return

    def _count(self, outcome: Outcome, state: State, at: float) -> None:
        figures = self.figures
        figures.failed += state == "failed"
        if outcome.result == "delivered":
            figures.delivered += 1
            figures.last_delivered = at
        else:
            figures.attempts_failed += 1
            figures.last_failed = at
