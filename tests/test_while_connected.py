"""Work that ends when its client goes, and what becomes of what it came to."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from web.while_connected import while_connected

if TYPE_CHECKING:
    from starlette.types import Message


class Work:
    """Makes something in a few steps, and keeps count of what is kept."""

    def __init__(self, steps: int = 2) -> None:
        self.made: list[str] = []
        self._steps = steps

    async def __call__(self) -> str:
        for _ in range(self._steps):
            await asyncio.sleep(0)
        self.made.append("session")
        return "session"

    async def undo(self, made: str) -> None:
        self.made.remove(made)


def request(gone_after: int | None = None) -> Request:
    """Its client goes after so many turns of the loop, or stays."""

    async def receive() -> Message:
        if gone_after is None:
            await asyncio.Event().wait()
        for _ in range(gone_after or 0):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_the_work_comes_to_is_returned_and_kept() -> None:
    work = Work()
    assert await while_connected(request(), work(), work.undo) == "session"
    assert work.made == ["session"]


async def test_what_the_work_raises_is_raised() -> None:
    async def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await while_connected(request(), refuse())


@pytest.mark.parametrize("turn", range(1, 10))
async def test_whenever_it_is_cancelled_nothing_is_kept_that_was_not_returned(turn: int) -> None:
    work = Work()
    connected = asyncio.create_task(while_connected(request(), work(), work.undo))
    await turns(turn)
    connected.cancel()
    await asyncio.wait([connected])
    assert work.made == ([] if connected.cancelled() else [connected.result()])


@pytest.mark.parametrize("turn", range(10))
async def test_whenever_the_client_goes_nothing_is_kept_that_was_not_returned(turn: int) -> None:
    work = Work()
    try:
        kept = [await while_connected(request(gone_after=turn), work(), work.undo)]
    except HTTPException:
        kept = []
    assert work.made == kept


async def test_a_failure_after_the_client_has_gone_is_nobody_s_and_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("too late")

    with pytest.raises(HTTPException):
        await while_connected(request(gone_after=3), fail())
    gc.collect()  # where a task goes whose exception nobody has looked at, asyncio says so
    assert caplog.records == []


async def test_no_task_is_left() -> None:
    before = asyncio.all_tasks()
    work = Work(steps=1000)
    with pytest.raises(HTTPException):
        await while_connected(request(gone_after=3), work())
    assert asyncio.all_tasks() == before
    assert work.made == []
