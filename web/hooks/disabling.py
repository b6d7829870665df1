"""The event that tells that a hook was disabled."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from aggregation.event import Event
from aggregation.microseconds import from_seconds
from web.hooks.hook import DISABLED
from web.messages import utc

if TYPE_CHECKING:
    from web.hooks.health import Health

_CHARACTERS = 26


def disabled_event(hook: str, health: Health) -> Event:
    """Of a hook with a `disabled_at`; the same hook and time give the same id."""
    at = health.disabled_at or 0.0
    since = health.failing_since
    return Event(
        id=_id(hook, at),
        stream=None,
        rule=None,
        name=DISABLED,
        phase="changed",
        at=at,
        sequence=0,
        before="enabled",
        after="disabled",
        duration=None if since is None else at - since,
        reason="refused" if health.reason is None else health.reason,
        details={"hook": hook, "failingSince": None if since is None else utc(since)},
    )


def _id(hook: str, at: float) -> str:
    digest = hashlib.sha256(f"{DISABLED}\n{hook}\n{from_seconds(at)}".encode()).digest()
    return "evt_" + base64.b32encode(digest).decode().lower()[:_CHARACTERS]
