"""How long to wait until a database that failed is asked again."""

from __future__ import annotations

_FIRST = 0.25
_LONGEST = 5.0


def pause_after(failures: int) -> float:
    """Seconds, after so many failures in a row (from 1)."""
    return min(_FIRST * 2.0 ** min(failures - 1, 10), _LONGEST)
