"""One attempt to deliver: limited in time, with an outcome whatever the deliverer does."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from web.hooks.hook import Outcome

if TYPE_CHECKING:
    from web.hooks.hook import Delivery, Hook

_log = logging.getLogger(__name__)


async def attempt(hook: Hook, delivery: Delivery) -> tuple[Outcome, float]:
    """What came of it and how many seconds it took. Raises nothing but its own cancellation."""
    clock = asyncio.get_running_loop().time
    began = clock()
    outcome = await _outcome(hook, delivery)
    return outcome, clock() - began


async def _outcome(hook: Hook, delivery: Delivery) -> Outcome:
    try:
        async with asyncio.timeout(hook.timeout) as limit:
            return await hook.deliverer.deliver(delivery)
    except asyncio.CancelledError:
        if cancelled():
            raise
        return Outcome("failed", error="It was cancelled by the hook itself.")
    except Exception as error:
        if limit.expired():
            return Outcome("failed", error=f"It took longer than {hook.timeout:g} s.")
        # The edge: what a deliverer raises is its own matter. The text may hold a secret, so it is not shown.
        _log.exception("the hook %s could not deliver %s", hook.id, delivery.event_id)
        return Outcome("failed", error=f"It raised {type(error).__name__}; the service's log says more.")


def cancelled() -> bool:
    """Whether the task that asks has been told to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
