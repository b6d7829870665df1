"""The body of a webhook: an event in Standard Webhooks' form, kept small."""

from __future__ import annotations

import json
from typing import Any

from web.messages import encode

LARGEST = 20_000
"""Bytes that no body reaches, as Standard Webhooks recommends."""


def webhook_body(document: str) -> str:
    """The body for an event that `web.messages.event_json` wrote; the same one gives the same body.

    Where it would be too large evidence is left out, the oldest first, and `details` says how many as
    `evidenceLeftOut`; where that is not enough the event's own details go too, and `detailsLeftOut` is true.
    """
    event: dict[str, Any] = json.loads(document)
    evidence: list[object] = event["evidence"]
    for count in range(len(evidence) + 1):
        said = {"evidenceLeftOut": count} if count else {}
        body = _body({**event, "evidence": evidence[count:], "details": {**event["details"], **said}})
        if len(body.encode()) < LARGEST:
            return body
    said = {"evidenceLeftOut": len(evidence), "detailsLeftOut": True}
    return _body({**event, "evidence": [], "details": said})


def _body(event: dict[str, Any]) -> str:
    data = {key: value for key, value in event.items() if key != "type"}
    return encode({"type": event["name"], "timestamp": event["at"], "data": data})
