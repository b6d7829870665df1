"""Times on the clock on the wall, which may be set back while something waits for one."""

from __future__ import annotations


def has_come(when: float, now: float, furthest: float) -> bool:
    """Whether it is time. What lies more than `furthest` ahead was set before the clock was set back."""
    return not now < when <= now + furthest
