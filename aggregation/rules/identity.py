"""The identity of an event: the same of the same rule and readings, whenever it is worked out."""

from __future__ import annotations

import json
from base64 import b32encode
from hashlib import sha256

_CHARACTERS = 26
"""130 bits: two events in the history of the world will not meet."""


def event_id(*parts: float | str | None) -> str:
    """An id that follows from what makes the event the one it is, in this order."""
    digest = sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()
    return f"evt_{b32encode(digest).decode()[:_CHARACTERS].lower()}"
