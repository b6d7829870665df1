"""Rehearsals of rules beside the running service: each in a thread, a few at a time, and not for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from web.history.rehearsal import CalledOffError, Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from aggregation import Window
    from aggregation.event import Event
    from aggregation.rules.definition import Rule
    from web.history.alone import Read
    from web.history.database import Database

T = TypeVar("T")

AT_ONCE = 2
"""Rehearsals at the same time; each keeps a processor busy."""

LONGEST = 60.0
"""Seconds after which a rehearsal tells what it has found so far."""


class BusyError(Exception):
    """As many rehearsals run as may; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is rehearsed: times in UTC seconds, and at most `limit` events."""

    rule: Rule
    streams: Sequence[str]
    since: float
    until: float
    limit: int
    groups: Collection[str] = ()
    """Those there are; of the streams those that are groups are judged as such."""


@dataclass(slots=True)
class Rehearsed:
    """What came of it. `complete` is false where the limit or the time ended it."""

    events: list[Event] = field(default_factory=list)
    summaries: int = 0
    media_seconds: float = 0.0
    wall_seconds: float = 0.0
    complete: bool = True


class Rehearsals:
    """Reads through the database that the service keeps, and judges off the event loop."""

    def __init__(self, database: Database, windows: Sequence[Window], longest: float = LONGEST) -> None:
        self._database = database
        self._windows = windows
        self._longest = longest
        self._running = 0

    async def run(self, scene: Scene) -> Rehearsed:
        """Cancelled, it ends with the piece it is at.

        Raises `BusyError`, `NotRecordedError`, `NotMeantError`, `HistoryUnavailableError`.
        """
        if self._running >= AT_ONCE:
            raise BusyError(f"{self._running} back-tests run already; try again when one of them is done.")
        loop = asyncio.get_running_loop()
        given_up = threading.Event()

        def read(query: Callable[[Connection], T], /) -> T:
            return asyncio.run_coroutine_threadsafe(self._database.read(query), loop).result()

        self._running += 1
        executor = ThreadPoolExecutor(1, "rehearsal")
        working = loop.run_in_executor(
            executor, lambda: _rehearsed(scene, read, self._windows, self._longest, given_up)
        )
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            given_up.set()
            await asyncio.wait([working])
            working.exception()  # nobody is left to tell
            raise
        finally:
            self._running -= 1
            executor.shutdown(wait=False)


def _rehearsed(
    scene: Scene, read: Read, windows: Sequence[Window], longest: float, given_up: threading.Event
) -> Rehearsed:
    began = time.monotonic()

    def called_off() -> bool:
        return given_up.is_set() or time.monotonic() - began > longest

    rehearsal = Rehearsal(read, windows, scene.groups, called_off)
    done = Rehearsed()
    try:
        for event in chain.from_iterable(
            rehearsal.events(scene.rule, stream, scene.since, scene.until) for stream in scene.streams
        ):
            if len(done.events) == scene.limit:
                done.complete = False
                break
            done.events.append(event)
    except CalledOffError:
        done.complete = False
    done.summaries, done.media_seconds = rehearsal.summaries, rehearsal.media_seconds
    done.wall_seconds = time.monotonic() - began
    return done
