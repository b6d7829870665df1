"""When a webhook that failed is sent again: Standard Webhooks' schedule, and what the receiver asks for."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from web.hooks.hook import Schedule

_MINUTE, _HOUR = 60.0, 3600.0
_A_DAY = 24 * _HOUR

STANDARD: Final = Schedule(
    (
        5.0,
        5 * _MINUTE,
        30 * _MINUTE,
        2 * _HOUR,
        5 * _HOUR,
        10 * _HOUR,
        14 * _HOUR,
        20 * _HOUR,
        24 * _HOUR,
    )
)


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds that a `Retry-After` header (RFC 9110: seconds, or a date) asks for; a day at most.

    `None` where there is none, or none that can be read. `now` is in UTC seconds.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:12]), _A_DAY)
    try:
        date = parsedate_to_datetime(text)
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _A_DAY)
