"""Keeping the history: its store, written to for as long as there is anything to write."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from web.history.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from aggregation import Window
    from semblance.history_settings import History


@asynccontextmanager
async def keeping(history: History, windows: Sequence[Window]) -> AsyncIterator[Store]:
    """The store; once the block has ended, what still waits is written."""
    store = Store(history.address(), history.keep.options(), windows)
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(store.run(), name="history")
        try:
            yield store
        finally:
            writing.cancel()
