"""The store: what the service remembers, written in batches and read, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from stream.backoff import Backoff
from web.history import engine
from web.history.database import HistoryUnavailableError
from web.history.failures import DOWN, is_down, sentence
from web.history.location import locate
from web.history.summaries import last_sequence
from web.history.writer import Batch, Change, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from aggregation.summary import Summary, Window
    from web.history.retention import Keep

T = TypeVar("T")

State: TypeAlias = Literal["opening", "running", "failing"]

FLUSH = 1.0
"""Seconds between two batches of summaries: what a crash loses at most, but for what is being written."""

ROOM = 1000
"""Sequences left out after a crash, for summaries that were sent and not written yet."""

_WAITING = 200_000
"""Summaries that wait while the database fails; a quarter of an hour of a hundred streams."""
_CHANGES = 1_000
_IN_ONE = 20_000
_OPENING = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the history is. `error` is a sentence; `place` has no password in it."""

    state: State
    error: str | None
    since_utc: float
    waiting: int
    dropped: int
    place: str


@dataclass(frozen=True, slots=True)
class _Asked:
    change: Change[Any]
    done: asyncio.Future[None]


class Store:
    """Implements `Database`. `run` must run for anything to be written; all else is called on its loop.

    A batch a second, or at once when somebody waits for a change. While the database fails, summaries wait
    (the oldest are dropped when too many do, and counted), changes are refused, and what can be read is.
    """

    def __init__(self, address: str, keep: Keep, windows: Sequence[Window] = ()) -> None:
        """Raises `LocationError`."""
        self._location = locate(address)
        self._keep = keep
        self._writer = Writer(self._location, windows)
        self._readers = engine.reading(self._location)
        self._write_thread = ThreadPoolExecutor(1, "history-writer")
        self._read_threads = ThreadPoolExecutor(engine.READERS, "history-reader")
        self._summaries: deque[Summary] = deque()
        self._asked: deque[_Asked] = deque()
        self._wake = asyncio.Event()
        self._tried = asyncio.Event()
        self._readable = False
        self._dropped = 0
        self._state: State = "opening"
        self._error: str | None = None
        self._since = time.time()

    @property
    def condition(self) -> Condition:
        return Condition(
            self._state, self._error, self._since, len(self._summaries), self._dropped, self._location.shown
        )

    @property
    def keep(self) -> Keep:
        return self._keep

    def add(self, summary: Summary) -> None:
        """Has it written with the next batch. Never blocks."""
        if self._keep.summaries > 0:
            self._summaries.append(summary)
            self._drop_what_is_too_much()

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
        if self._state == "failing":
            raise HistoryUnavailableError(self._error or "The history cannot be written.")
        if len(self._asked) >= _CHANGES:
            raise HistoryUnavailableError(f"{_CHANGES} changes wait for the history's database already.")
        asked = _Asked(Change(change), asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        self._wake.set()
        await asked.done
        return asked.change.result  # type: ignore[return-value]

    async def last_sequence(self, stream: str) -> int:
        """The stream's next summary may have any sequence after this; 0 where nothing is known of it."""
        try:
            found = await self.read(lambda connection: last_sequence(connection, stream))
        except HistoryUnavailableError:
            return 0
        return found + ROOM if found else 0

    async def run(self) -> None:
        """Until cancelled, and then until all that waits is written; the database never ends it."""
        backoff = Backoff(first=0.5, cap=30.0)
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._in_writer(self._writer.open)
                    self._became("running")
                    await self._serve()
                except HistoryUnavailableError as error:
                    self._failed(str(error))
                await asyncio.sleep(backoff.after(time.monotonic() - began))
        finally:
            await self._finish()

    async def _serve(self) -> None:
        """Until the database fails."""
        while True:
            try:
                async with asyncio.timeout(FLUSH):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self._commit()

    async def _commit(self) -> None:
        summaries = [self._summaries.popleft() for _ in range(min(len(self._summaries), _IN_ONE))]
        asked = [each for each in self._asked if not each.done.done()]
        self._asked.clear()
        if not summaries and not asked:
            return
        batch = Batch(summaries, [each.change for each in asked])
        try:
            await self._in_writer(lambda: self._writer.commit(batch))
        except HistoryUnavailableError as error:
            self._summaries.extendleft(reversed(summaries))
            self._drop_what_is_too_much()
            _refuse(asked, str(error))
            raise
        finally:
            _answer(asked)

    async def _finish(self) -> None:
        try:
            if self._state == "running":
                await self._commit()
        except HistoryUnavailableError as error:
            self._failed(str(error))
        self._failed("The service is ending.")
        await self._in_writer(self._writer.close)
        self._readers.dispose()
        self._write_thread.shutdown(wait=False)
        self._read_threads.shutdown(wait=False)

    async def _in_writer(self, work: Callable[[], None]) -> None:
        """Cancelled, it lets the thread come to its end before it goes."""
        future = asyncio.get_running_loop().run_in_executor(self._write_thread, work)
        try:
            await asyncio.shield(future)
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
            if state != self._state:
                self._since = time.time()
            self._state, self._error = state, error
            place = self._location.shown
            if error is None:
                _log.info("the history in %s is open", place)
            else:
                _log.warning("the history in %s fails, and is tried again: %s", place, error)
        self._readable |= state == "running"
        self._tried.set()

    def _failed(self, error: str) -> None:
        self._became("failing", error)
        asked = list(self._asked)
        self._asked.clear()
        _refuse(asked, error)

    def _drop_what_is_too_much(self) -> None:
        while len(self._summaries) > _WAITING:
            self._summaries.popleft()
            self._dropped += 1


def _refuse(asked: Sequence[_Asked], error: str) -> None:
    for each in asked:
        if not each.done.done():
            each.done.set_exception(HistoryUnavailableError(error))


def _answer(asked: Sequence[_Asked]) -> None:
    for each in asked:
        if each.done.done():
            continue
        if each.change.error is not None:
            each.done.set_exception(each.change.error)
        else:
            each.done.set_result(None)
