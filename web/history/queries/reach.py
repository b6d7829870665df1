"""How far a question about summaries reaches: one window of one stream or group, and from when to when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EVER = 2**62
"""Later than any time there is, in microseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reach(NamedTuple):
    """Summaries that end later than `since` and not later than `until`, in microseconds since the epoch."""

    stream: str
    window: str
    since: int = -EVER
    until: int = EVER


def microseconds_of(moment: datetime | None, otherwise: int) -> int:
    """A moment (with its time zone) in microseconds since the epoch, exactly."""
    return otherwise if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)
