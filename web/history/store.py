"""The store: what the service remembers, written in batches and read, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from stream.backoff import Backoff
from web.history import engine
from web.history.changes import Changes
from web.history.condition import Condition
from web.history.damage import Damage
from web.history.database import HistoryUnavailableError
from web.history.erasing import STEPS, Erased, Outcome, erase_step
from web.history.failures import DOWN, is_down, sentence
from web.history.file import set_aside
from web.history.location import locate
from web.history.maintenance import Maintenance
from web.history.pending import Pending
from web.history.settling import PAUSE, TRIES
from web.history.summaries import last_sequence
from web.history.writer import Batch, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from aggregation.summary import Summary, Window
    from web.history.condition import State
    from web.history.erasing import Erasure
    from web.history.keep import Keep

T = TypeVar("T")

FLUSH = 1.0
"""Seconds between two batches of summaries: what a crash loses at most, but for what is being written."""

ROOM = 1000
"""Sequences left out after a crash, for summaries that were sent and not written yet."""

_OPENING = 10.0
"""Seconds to wait for the first attempt to open the database."""

_ENDING = "The service is ending."

_log = logging.getLogger(__name__)


class Store:
    """Implements `Database`. `run` must run for anything to be written; all else is called on its loop.

    A batch a second, or at once when somebody waits for a change. While the database fails, summaries wait
    (the oldest are dropped when too many do, and counted), changes are refused, and what can be read is.
    """

    def __init__(self, address: str, keep: Keep, windows: Sequence[Window] = ()) -> None:
        """`windows` are those that are configured. Raises `LocationError`."""
        self.location = locate(address)
        self.keep = keep
        self._damage = Damage()
        self._writer = Writer(self.location, windows)
        self._readers = engine.reading(self.location, self._damage)
        self._write_thread = ThreadPoolExecutor(1, "history-writer")
        self._read_threads = ThreadPoolExecutor(engine.READERS, "history-reader")
        self._pending = Pending()
        self._changes = Changes()
        self._wake = asyncio.Event()
        self._tried = asyncio.Event()
        self._readable = False
        self._state: State = "opening"
        self._error: str | None = None
        self._since = time.time()
        self._written = 0
        self._failures = 0
        self._commit_seconds = 0.0

    @property
    def condition(self) -> Condition:
        return Condition(
            self._state,
            self._error,
            self._since,
            self._pending.size,
            self._pending.dropped,
            self._damage.count,
            self.location.shown,
            self._written,
            self._failures,
            self._commit_seconds,
        )

    def add(self, summary: Summary) -> None:
        """Has it written with the next batch. Never blocks."""
        if self.keep.summaries > 0:
            self._pending.add(summary)

    async def read(self, query: Callable[[Connection], T]) -> T:
        await self._opened()
        if not self._readable:
            raise HistoryUnavailableError(self._error or "The history is not open yet.")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._read_threads, self._query, query)
        except DOWN as error:
            if not is_down(error):
                raise
            raise HistoryUnavailableError(sentence(error)) from error

    async def write(self, change: Callable[[Connection], T]) -> T:
        await self._opened()
        if self._state != "running":
            raise HistoryUnavailableError(self._error or "The history cannot be written.")
        asked = self._changes.add(change)
        self._wake.set()
        return await asked.result()

    async def last_sequence(self, stream: str) -> int:
        """The stream's next summary may have any sequence after this; 0 where nothing is known of it."""
        found = 0
        with suppress(HistoryUnavailableError):
            found = await self.read(lambda connection: last_sequence(connection, stream))
            if found and not self._writer.ended_well:
                found += ROOM
        return max(found, self._pending.newest(stream))

    async def erase(self, erasure: Erasure) -> Outcome:
        """For good. Raises `HistoryUnavailableError`; what was erased until then stays so."""
        erased = Erased(summaries=self._pending.erase(erasure))
        for step in STEPS:
            more = True
            while more:
                part = await self.write(partial(erase_step, step, erasure=erasure))
                erased.add(part)
                more = bool(part)
        settled = await self._settled()
        return Outcome(erased, settled, await self._in_writer(lambda: set_aside(self.location.path)))

    async def run(self) -> None:
        """Until cancelled, and then until all that waits is written; the database never ends it."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(Maintenance(self, self.keep).run(), name="history's maintenance")
                await self._keep_open()
        finally:
            await self._finish()

    async def _keep_open(self) -> None:
        backoff = Backoff(first=0.5, cap=30.0)
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._in_writer(self._writer.open)
                await self._commit()
                self._readable = True
                self._became("running")
                await self._serve()
            except HistoryUnavailableError as error:
                self._failures += 1
                self._became("failing", str(error))
                self._readers.dispose()  # they may hold a file that is there no more
            await asyncio.sleep(backoff.after(asyncio.get_running_loop().time() - began))

    async def _serve(self) -> None:
        """Until the database fails."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH):
                    await self._wake.wait()
            self._wake.clear()
            await self._commit()

    async def _commit(self) -> None:
        summaries = self._pending.take()
        asked = self._changes.take()
        batch = Batch(summaries, [each.change for each in asked])
        began = time.perf_counter()
        try:
            await self._in_writer(lambda: self._writer.commit(batch))
        except HistoryUnavailableError as error:
            for each in asked:
                each.refuse(str(error))
            raise
        finally:
            if batch.written:
                self._written += len(summaries)
                self._commit_seconds = time.perf_counter() - began
            else:
                self._pending.give_back(summaries)
            for each in asked:
                if batch.written:
                    each.answer()
                else:
                    each.refuse(_ENDING)

    async def _finish(self) -> None:
        """Writes what waits, and tries once more where the database had failed."""
        try:
            if self._state != "running" and self._pending.size:
                await self._in_writer(self._writer.open)
            await self._commit()
            while self._pending.size:
                await self._commit()
            await self._in_writer(self._writer.end)
        except HistoryUnavailableError as error:
            if self._pending.size:
                _log.error("%d summaries were not written into the history: %s", self._pending.size, error)
        self._became("ended", _ENDING)
        self._readable = False
        await self._in_writer(self._writer.close)
        self._readers.dispose()
        self._write_thread.shutdown(wait=False)
        self._read_threads.shutdown(wait=False)

    async def _settled(self) -> bool:
        for _ in range(TRIES):
            if await self._in_writer(self._writer.settle):
                return True
            await asyncio.sleep(PAUSE)
        return False

    async def _in_writer(self, work: Callable[[], T]) -> T:
        """Cancelled, it lets the thread come to its end before it goes."""
        future = asyncio.get_running_loop().run_in_executor(self._write_thread, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            raise

    def _query(self, query: Callable[[Connection], T]) -> T:
        with self._readers.connect() as connection:
            return query(connection)

    async def _opened(self) -> None:
        try:
            async with asyncio.timeout(_OPENING):
                await self._tried.wait()
        except TimeoutError:
            raise HistoryUnavailableError("The history is not open yet.") from None

    def _became(self, state: State, error: str | None = None) -> None:
        if (state, error) != (self._state, self._error):
            self._tell(state, error)
        if state != self._state:
            self._since = time.time()
        self._state, self._error = state, error
        self._tried.set()
        if error is not None:
            self._changes.refuse(error)

    def _tell(self, state: State, error: str | None) -> None:
        match state:
            case "running":
                _log.info("the history in %s is open", self.location.shown)
            case "failing":
                _log.warning("the history in %s fails, and is tried again: %s", self.location.shown, error)
            case _:
                pass
