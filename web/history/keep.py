"""For how long each kind is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keep:
    """Days. Summaries and deliveries of 0 days are not recorded at all."""

    summaries: float = 30.0
    events: float = 365.0
    markers: float = 365.0
    deliveries: float = 30.0
