"""The frame rate of a video by what its medium says of it and by when its first frames come."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from web.emotion.frame_grid import MOST_HELD
from web.emotion.ticks import FASTEST

if TYPE_CHECKING:
    from collections.abc import Sequence

LEARNT_FROM = 32
"""Frames whose times are looked at."""

_USUAL = 30.0
_ALIKE = 0.25  # of a step between two frames: rounded times differ by less
_STEADY = 0.7  # of the steps are alike
_FASTER = 1.08  # than the average: the medium leaves frames out, or pauses
_SLOWER = MOST_HELD  # times: more frames than are held could only be gaps


def believable(times: Sequence[float], told: float | None) -> float:
    """Frames a second. `times` are those of the first frames, in seconds, rising; `told` is the average that
    the medium speaks of.

    An average is less than the rate where a video pauses; and some media speak of their clock's rate instead.
    Fewer frames than told is no reason to doubt: not all may be looked at. But where they come at a steady
    rate that is far below, what is told is of no use.
    """
    steps = [later - earlier for earlier, later in pairwise(times) if later > earlier]
    if not steps:
        return told if told is not None and told <= FASTEST else _USUAL
    usual = median(steps)
    alike = [step for step in steps if abs(step - usual) <= _ALIKE * usual]
    learnt = 1 / fmean(alike)
    if told is None or told > FASTEST:
        return learnt
    steady = len(alike) >= _STEADY * len(steps)
    if not steady:
        return told
    return learnt if learnt > _FASTER * told else min(told, _SLOWER * learnt)
