"""A moment as it is given to a command: a time, or how long ago."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from semblance.failure import UsageFailure

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_AGO = re.compile(r"(\d{1,9})([smhd])")

HELP = "A time such as 2026-11-23T10:00:00Z, or how long ago: 30m, 12h, 7d."


def moment(option: str, text: str, clock: Callable[[], float] = time.time) -> float:
    """UTC seconds of a time that has a date. Raises `UsageFailure`, which names the option."""
    seconds = _seconds(option, text, clock)
    try:
        datetime.fromtimestamp(round(seconds, 3), UTC)
    except (ValueError, OverflowError):
        raise UsageFailure(f"{option} {text!r} is too far away: years go from 1 to 9999") from None
    return seconds


def _seconds(option: str, text: str, clock: Callable[[], float]) -> float:
    if ago := _AGO.fullmatch(text):
        return clock() - int(ago[1]) * _SECONDS[ago[2]]
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFailure(
            f"{option} {text!r} is no time; 2026-11-23T10:00:00Z is, or 7d for a week ago"
        ) from None
    day = "T" not in text and " " not in text
    if told.tzinfo is None and not day:
        raise UsageFailure(f"{option} {text!r} has no time zone; put a Z after it for UTC")
    return (told.replace(tzinfo=UTC) if day else told).timestamp()
