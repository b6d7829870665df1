"""The time axis under timelines and strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semblance.report.markup import element
from semblance.report.words import clock

if TYPE_CHECKING:
    from semblance.report.markup import Html

_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
_WANTED = 9
_LATE = 0.88  # of the whole: a label from there on would lie beyond the edge of a narrow page


def time_axis(duration: float) -> Html:
    """Where the axis is narrow, every second of its times goes, and one whose label lies over its end."""
    step = next((each for each in _STEPS if duration / each <= _WANTED), duration / _WANTED)
    times = [number * step for number in range(int(duration / step) + 1) if number * step <= duration * 0.96]
    ticks = [_tick(at, at / duration if duration else 0.0, number, step) for number, at in enumerate(times)]
    return element("div", *ticks, class_="axis", aria_hidden="true")


def _tick(at: float, share: float, number: int, step: float) -> Html:
    spare = number % 2 == 1 or share > _LATE
    shown = clock(at, tenths=step < 1)
    return element("span", shown, class_="tick spare" if spare else "tick", style=f"left:{share:.2%}")
