"""Work for one request that ends when its client goes: nobody would read what comes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

T = TypeVar("T")

STOPPING = "The service is stopping; try again later."
"""For a request that the server cancels, which it does only when it stops."""


async def while_connected(
    request: Request,
    work: Coroutine[Any, Any, T],
    undo: Callable[[T], Awaitable[None]] | None = None,
) -> T:
    """What the work comes to; it is cancelled when the client goes before that, or when this is cancelled.

    Where it comes to something all the same and this cannot return it, `undo` is given it.
    """
    working = asyncio.ensure_future(work)
    try:
        if not await _stays(request, working):
            raise HTTPException(400, "The client has gone.")  # nobody reads this
        return working.result()  # nothing is awaited any more, so nothing can come in between
    except BaseException:
        working.cancel()
        await asyncio.wait([working])
        succeeded = not working.cancelled() and not working.exception()
        if undo and succeeded:
            await undo(working.result())
        raise


async def _stays(request: Request, working: asyncio.Future[T]) -> bool:
    """Whether the client is still there once the work is done."""
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return not leaving.done()
    finally:
        leaving.cancel()
        await asyncio.wait([leaving])


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
