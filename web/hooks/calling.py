"""Calls of a function that is not ours, in a thread of its own, where no error and no hang does harm."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import queue
import threading
import time
import traceback
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from web.hooks.body import webhook_body
from web.hooks.hook import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.hooks.hook import Delivery

LIMIT = 10.0
"""Seconds that a call may take. A coroutine is cancelled then; a function cannot be stopped, and hangs."""

_GRACE = 1.0
_LONGEST = 500

log = logging.getLogger("semblance.hooks")


@dataclass(frozen=True, slots=True)
class _Call:
    """`answer` is why it failed, `None` where it did not; `since` is monotonic."""

    event_id: str
    document: str
    since: float
    answer: Future[str | None]


class Caller:
    """Implements `Deliverer`. `load` gives the function (imports it, say), in the thread that calls it.

    While the function hangs it is given nothing more: each event fails at once, and there is only ever the
    one thread. When it returns after all it is used again.
    """

    def __init__(self, name: str, load: Callable[[], object], limit: float = LIMIT) -> None:
        self._name = name
        self._limit = limit
        self._last: _Call | None = None
        self._worker = _Worker(name, load, limit)
        self._worker.start()

    async def deliver(self, delivery: Delivery) -> Outcome:
        if self._last is not None and not self._last.answer.done():
            return _hangs(self._last)
        call = _Call(delivery.event_id, webhook_body(delivery.document), time.monotonic(), Future())
        call.answer.set_running_or_notify_cancel()  # nobody can take it back
        self._last = call
        self._worker.calls.put_nowait(call)
        await asyncio.wait([asyncio.wrap_future(call.answer)], timeout=self._limit + _GRACE)
        if not call.answer.done():
            log.error(
                "hook %s hangs at event %s, and gets no other until it returns", self._name, call.event_id
            )
            return _hangs(call)
        error = call.answer.result()
        return Outcome("failed", error=error) if error else Outcome("delivered")


def _hangs(call: _Call) -> Outcome:
    seconds = time.monotonic() - call.since
    return Outcome(
        "failed", error=f"The function has not returned from event {call.event_id} for {seconds:.1f} s."
    )


class _Worker(threading.Thread):
    """What it calls may raise anything, `SystemExit` too; nothing of it ends the thread.

    An error is logged with its traceback when it is another one than the time before.
    """

    def __init__(self, name: str, load: Callable[[], object], limit: float) -> None:
        super().__init__(name=f"hook {name}", daemon=True)
        self.calls: queue.Queue[_Call] = queue.Queue(1)
        self._hook = name
        self._load = load
        self._limit = limit
        self._said: str | None = None

    def run(self) -> None:
        function = self._imported()
        with asyncio.Runner() as runner:
            while True:
                call = self.calls.get()
                call.answer.set_result(self._called(function, call, runner))

    def _imported(self) -> Callable[[dict[str, Any]], object] | str:
        """The function, or why there is none."""
        try:
            loaded = self._load()
        except BaseException as error:
            trouble = f"It could not be imported: {_last_line(error)}"
            log.error("hook %s: %s\n%s", self._hook, trouble, _whole(error))
            return trouble
        if not callable(loaded):
            trouble = f"It is no function, but {type(loaded).__name__}"
            log.error("hook %s: %s", self._hook, trouble)
            return trouble
        log.info("hook %s: imported", self._hook)
        return loaded

    def _called(
        self, function: Callable[[dict[str, Any]], object] | str, call: _Call, runner: asyncio.Runner
    ) -> str | None:
        if isinstance(function, str):
            return function
        try:
            answer = function(json.loads(call.document))
            if inspect.isawaitable(answer):
                runner.run(_limited(answer, self._limit))
        except BaseException as error:
            trouble = _last_line(error)
            if trouble != self._said:
                log.error("hook %s failed at event %s:\n%s", self._hook, call.event_id, _whole(error))
            self._said = trouble
            return trouble
        self._said = None
        return None


async def _limited(answer: Awaitable[object], limit: float) -> None:
    try:
        async with asyncio.timeout(limit) as scope:
            await answer
    except TimeoutError:
        if scope.expired():
            raise TimeoutError(f"the coroutine had not ended after {limit:g} s, and was cancelled") from None
        raise


def _last_line(error: BaseException) -> str:
    """Without NUL, which PostgreSQL has no room for."""
    text = traceback.format_exception_only(error)[-1].strip()
    return text[:_LONGEST].replace("\0", "\ufffd")


def _whole(error: BaseException) -> str:
    """Where it comes from, without the line that begins what nobody has caught."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(line for line in lines if not line.startswith("Traceback ("))
