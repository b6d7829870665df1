"""Deliveries for tests of those who deliver."""

from __future__ import annotations

import json

from aggregation.event import Event
from web.hooks.hook import Delivery
from web.messages import event_json

AT = 1_763_800_000.0


def delivery(
    event_id: str = "evt_1",
    *,
    attempt: int = 1,
    stream: str | None = "lobby",
    name: str = "emotion.dominant.changed",
    filling: str = "",
) -> Delivery:
    """One attempt; `filling` makes its document as large as one likes."""
    details = {"filling": filling} if filling else {}
    event = Event(
        event_id, stream, "dominant-emotion", name, "changed", AT, 7, "neutral", "happiness", details=details
    )
    return Delivery(event_id, json.dumps(event_json(event)), attempt, stream, name, AT)
