"""Whole microseconds, the unit all arithmetic on event time is done in.

A float of today's date in seconds is exact to a quarter of a microsecond, so nothing is lost by the rounding,
and sums, borders and alignment are exact from there on.
"""

from __future__ import annotations

PER_SECOND = 1_000_000


def from_seconds(seconds: float) -> int:
    return round(seconds * PER_SECOND)


def to_seconds(microseconds: int) -> float:
    return microseconds / PER_SECOND
