"""A test delivery: an event of no rule, sent to one hook at once and once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aggregation.event import Event
from web.hooks.attempt import attempt
from web.hooks.hook import TEST, Delivery
from web.hooks.verdict import line_of
from web.messages import encode, event_json

if TYPE_CHECKING:
    from web.hooks.hook import Hook
    from web.hooks.log import Line


async def try_hook(hook: Hook, now: float) -> Line:
    """What came of it; a failure says nothing of the hook's health. `now` in UTC seconds."""
    event = Event(
        id=f"evt_test_{secrets.token_hex(8)}",
        stream=None,
        rule=None,
        name=TEST,
        phase="changed",
        at=now,
        sequence=0,
        before=None,
        after=None,
        details={"hook": hook.id},
    )
    delivery = Delivery(event.id, encode(event_json(event)), 1, None, TEST, now)
    outcome, seconds = await attempt(hook, delivery)
    return line_of(hook.id, delivery, outcome, now, seconds)
