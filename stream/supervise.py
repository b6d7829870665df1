"""Keeps a source running: reports what becomes of it, and opens it again after failures it has declared."""

from __future__ import annotations

import asyncio
import inspect
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, NoReturn, Protocol

from stream.backoff import Backoff
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from stream.frame import Frame
    from stream.source import Source, State

logger = logging.getLogger(__name__)


class Report(Protocol):
    def __call__(self, state: State, error: SourceError | None, /) -> None:
        """Told at each change, and again with the new error when an attempt to reconnect fails."""


async def supervise(
    source: Source,
    deliver: Callable[[Frame], Awaitable[None] | None],
    report: Report,
    *,
    again: bool = True,
    backoff: Backoff | None = None,
) -> None:
    """Delivers the source's frames until it ends.

    States: `connecting`, `running` from the first frame on, `reconnecting` with the error, `ended`. Without
    `again` (a file) the first failure is `failed`, and the end. Only `SourceError` is a failure; any other
    exception is a bug and passes through, as cancellation does.
    """
    backoff = backoff or Backoff()
    report("connecting", None)
    while True:
        attempt = _Attempt(deliver, report)
        try:
            await attempt.run(source)
        except SourceError as error:
            failure = SourceError(error.code, error.message)  # without the traceback, which holds the decoder
        else:
            report("ended", None)
            return
        if not again:
            report("failed", failure)
            return
        report("reconnecting", failure)
        await asyncio.sleep(backoff.after(attempt.healthy_for()))


async def attend(
    source: Source, deliver: Callable[[Frame], Awaitable[None] | None], report: Report
) -> NoReturn:
    """Delivers the frames of those who publish to the source, one after another, until it is cancelled.

    `frames()` waits for the next publisher by itself, so nothing is waited for in between. States as those
    of `supervise`: `reconnecting` where one was lost, `ended` where one took its leave; both until the next.
    """
    report("connecting", None)
    while True:
        try:
            await _Attempt(deliver, report).run(source)
        except SourceError as error:
            failure = SourceError(error.code, error.message)  # without the traceback, which holds the decoder
        else:
            report("ended", None)
            continue
        report("reconnecting", failure)


class _Attempt:
    def __init__(self, deliver: Callable[[Frame], Awaitable[None] | None], report: Report) -> None:
        self._deliver = deliver
        self._report = report
        self._since: float | None = None

    async def run(self, source: Source) -> None:
        async with aclosing(source.frames()) as frames:
            async for frame in frames:
                if self._since is None:
                    self._since = asyncio.get_running_loop().time()
                    self._report("running", None)
                delivered = self._deliver(frame)
                if inspect.isawaitable(delivered):
                    await delivered

    def healthy_for(self) -> float:
        return asyncio.get_running_loop().time() - self._since if self._since is not None else 0.0
