"""An event loop whose clock jumps to the next timer instead of waiting for it.

    def test_something() -> None:
        assert run_virtual(a_minute_of_something()) == ...

A minute passes in as long as its callbacks take, always in the same order, and a program that waits for what
can never come ends with an error that names where each task waits, instead of hanging.

What is given to an executor runs at once, on the loop's own thread, and takes no virtual time: threads have a
clock of their own, so there are none here. Sockets are not waited for either.
"""

from __future__ import annotations

import asyncio
import math
import selectors
import threading
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Executor
    from contextvars import Context

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

A_DAY = 86_400.0


class DeadlockError(Exception):
    """The program waits for something that can never come, or for longer than anybody would."""


def run_virtual(main: Coroutine[Any, Any, T], start: float = 0.0, limit: float = A_DAY) -> T:
    """Runs `main` to its end on a clock that begins at `start`; gives what it gives.

    Raises `DeadlockError` when all tasks wait and no timer is set, or after `limit` seconds of virtual time.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualClockLoop(start, limit)) as runner:
        return runner.run(main)


class VirtualClockLoop(asyncio.SelectorEventLoop):
    """The loop for `run_virtual`; `limit` is in seconds from `start`."""

    def __init__(self, start: float = 0.0, limit: float = A_DAY) -> None:
        self._virtual = start
        self._end = start + limit
        self._thread = threading.get_ident()
        super().__init__(_JumpingSelector(self._jump))
        # What the loop adds to the time to find the timers that are due must not be lost in rounding.
        self._clock_resolution = 4 * math.ulp(self._end)

    def time(self) -> float:
        return self._virtual

    def run_in_executor(  # type: ignore[override]  # an awaitable future is all that callers use
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Runs it here and now; `executor` is left alone."""
        del executor
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # as a thread would: the caller is told
            future.set_exception(error)
        return future

    def call_soon_threadsafe(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """As `call_soon` on the loop's own thread; another has no place on this clock."""
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                f"{callback!r} was called from thread {threading.current_thread().name!r}, "
                "and a virtual clock knows only its own; run this test on a real loop"
            )
        return self.call_soon(callback, *args, context=context)

    def _jump(self, seconds: float | None) -> None:
        if seconds is None:
            raise DeadlockError(f"at {self._virtual:g} s nothing can go on any more:{self._waiting()}")
        self._virtual += seconds
        if self._virtual > self._end:
            raise DeadlockError(f"at {self._virtual:g} s the end has not come yet:{self._waiting()}")

    def _waiting(self) -> str:
        return "".join(f"\n  {task.get_name()} waits {_place(task)}" for task in asyncio.all_tasks(self))


def _place(task: asyncio.Task[Any]) -> str:
    """Where the innermost coroutine of the task stands."""
    waiting: Any = task.get_coro()
    place = "before its first line"
    while (frame := getattr(waiting, "cr_frame", None) or getattr(waiting, "ag_frame", None)) is not None:
        place = f"at {frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_qualname}"
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "ag_await", None)
    return place


class _JumpingSelector(selectors.DefaultSelector):
    """Finds what is ready now; where the loop would wait, the clock jumps instead."""

    def __init__(self, jump: Callable[[float | None], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not ready and (timeout is None or timeout > 0):
            self._jump(timeout)
        return ready
