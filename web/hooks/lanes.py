"""The lanes of a hook: what waits for it, by stream, of which only the oldest is ever on its way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from web.hooks.wall_clock import has_come

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LONGEST_SLEEP = 60.0
"""Seconds; the clock on the wall may be set meanwhile."""

LONGEST_REST = 3600.0
"""Seconds after which a lane is looked at even so; what is due later was so before the clock was set back."""


@dataclass(slots=True)
class Lane:
    """Times in UTC seconds; the entries themselves stay in the database.

    `waiting` of them there are, as far as is known. `due` is when to look at the oldest, `since` what its age
    counts from, where that is known. `busy` while somebody does; `changed` when what was seen of the lane
    then is no longer all. `hastened` when its oldest is to be tried ahead of the schedule, `early` when that
    was done last.
    """

    stream: str | None
    due: float
    waiting: int = 0
    since: float | None = None
    busy: bool = False
    changed: bool = False
    hastened: bool = False
    early: float = -inf


Work: TypeAlias = "Callable[[Lane], Awaitable[float | None]]"
"""Looks at a lane; gives when to look again, `None` when nothing waits in it any more."""


class Lanes:
    """Has a limited number of lanes worked on at once, those that are due the longest first."""

    def __init__(self, work: Work, concurrency: Callable[[], int], clock: Callable[[], float]) -> None:
        self._work = work
        self._concurrency = concurrency
        self._clock = clock
        self._lanes: dict[str | None, Lane] = {}
        self._wake = asyncio.Event()

    @property
    def oldest(self) -> float | None:
        """The smallest `since`, of the lanes in which it is known."""
        return min((lane.since for lane in self._lanes.values() if lane.since is not None), default=None)

    @property
    def waiting(self) -> int:
        return sum(lane.waiting for lane in self._lanes.values())

    def add(
        self, stream: str | None, number: int, since: float | None = None, *, hastened: bool = False
    ) -> None:
        """So many more wait of this stream."""
        lane = self._lanes.setdefault(stream, Lane(stream, due=self._clock(), since=since))
        lane.waiting += number
        lane.changed = True
        if hastened:
            lane.hastened = True
            lane.due = min(lane.due, self._clock())
        self._wake.set()

    def look_again(self, *, hastened: bool = False) -> None:
        """At all lanes, whenever they would have been due."""
        now = self._clock()
        for lane in self._lanes.values():
            lane.due = min(lane.due, now)
            lane.changed = True
            lane.hastened = lane.hastened or hastened
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled, or until work raises."""
        async with asyncio.TaskGroup() as turns:
            while True:
                self._wake.clear()
                now = self._clock()
                for lane in self._due(now):
                    lane.busy, lane.changed = True, False
                    turns.create_task(self._turn(lane))
                await self._sleep(now)

    async def _turn(self, lane: Lane) -> None:
        try:
            due = await self._work(lane)
        finally:
            lane.busy = False
            self._wake.set()
        if lane.changed:
            lane.due = self._clock()  # behind the others that are due
        elif due is None:
            del self._lanes[lane.stream]
        else:
            lane.due = min(due, self._clock() + LONGEST_REST)

    def _due(self, now: float) -> list[Lane]:
        due = [
            lane for lane in self._lanes.values() if not lane.busy and has_come(lane.due, now, LONGEST_REST)
        ]
        return sorted(due, key=lambda lane: (lane.due, lane.early))[: self._free()]

    def _free(self) -> int:
        return max(self._concurrency() - sum(lane.busy for lane in self._lanes.values()), 0)

    async def _sleep(self, now: float) -> None:
        """Until something changes, or the first lane is due that there is room for."""
        due = [lane.due - now for lane in self._lanes.values() if not lane.busy] if self._free() else []
        limit = min(max(min(due), 0.0), LONGEST_SLEEP) if due else None
        try:
            async with asyncio.timeout(limit):
                await self._wake.wait()
        except TimeoutError:
            pass
