"""Parts of the service that run while a block does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine


@asynccontextmanager
async def running(*parts: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """They run until the block has ended, and then to their own end."""
    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(part) for part in parts]
        try:
            yield
        finally:
            for task in started:
                task.cancel()
