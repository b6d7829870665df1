"""What a hook has done since the service started, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Figures:
    """Events, but for `attempts_failed`; `last_delivered` and `last_failed` are UTC seconds."""

    delivered: int = 0
    failed: int = 0
    expired: int = 0
    cancelled: int = 0
    attempts_failed: int = 0
    last_delivered: float | None = None
    last_failed: float | None = None
