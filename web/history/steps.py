"""Summaries down-sampled: all that end in one step of time, taken together.

Steps are aligned to multiples of their length since the epoch. A summary that ends where a step ends tells of
what was before, so it belongs to that step.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from aggregation.steps import STEPS as DIGITS
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web.history.queries.part import Part

StepRows: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
"""An array of `STEP`, one row a step in which a summary ended, oldest first."""
_Sums: TypeAlias = np.ndarray[Any, np.dtype[np.void]]
_Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

STEP = np.dtype(
    [
        ("start", "i8"),
        ("end", "i8"),
        ("windows", "u4"),
        ("frames", "u4"),
        ("faces", "u4"),
        ("tracks", "u4"),
        ("coverage", "f8"),
        ("seen", "?"),
        ("dominant", "i1"),
        ("mean", "f8", (len(EMOTIONS),)),
        ("distribution", "f8", (len(EMOTIONS),)),
    ]
)
"""`windows` is how many summaries were taken together. `mean` and `distribution` are their means, each one
counted by the weight of its faces; zeros where `seen` is false, and must be shown as null then. `coverage` is
the mean, `tracks` the most that one of them had. Overlapping windows saw the same frames: of each, only the
share that is new since the window before is counted in `frames` and `faces`, which are therefore good
estimates, exact where frames come evenly.
"""

_SUMS = np.dtype(
    [
        ("slot", "i8"),
        ("windows", "f8"),
        ("frames", "f8"),
        ("faces", "f8"),
        ("tracks", "f8"),
        ("coverage", "f8"),
        ("weight", "f8"),
        ("mean", "f8", (len(EMOTIONS),)),
        ("distribution", "f8", (len(EMOTIONS),)),
    ]
)
_ADDED = ("windows", "frames", "faces", "coverage", "weight", "mean", "distribution")


def slot_of(end: int, step: int) -> int:
    """The number of the step that a summary with this end belongs to; all in microseconds."""
    return -(-end // step) - 1


class Steps:
    """Takes summaries part by part, oldest first; a step is given out once a later one has begun."""

    def __init__(self, step: int, interval: int = 0) -> None:
        """In microseconds; `interval` is that of the window, 0 where it is not known."""
        self._step = step
        self._interval = interval
        self._open = np.zeros(0, _SUMS)
        self._last_end: int | None = None

    def add(self, parts: Iterable[Part]) -> StepRows:
        """The steps that are complete now."""
        sums = [self._open]
        for part in parts:
            sums.append(self._sums(part))
            self._last_end = int(part.end[-1])
        joined = reduce(_joined, sums)
        self._open = joined[-1:]
        return self._steps(joined[:-1])

    def finish(self) -> StepRows:
        """The last one, as far as it went."""
        sums, self._open = self._open, np.zeros(0, _SUMS)
        return self._steps(sums)

    def _sums(self, part: Part) -> _Sums:
        slots = -(-part.end // self._step) - 1
        begins = np.flatnonzero(np.diff(slots, prepend=slots[0] - 1))
        new = self._new_share(part)
        sums = np.zeros(len(begins), _SUMS)
        sums["slot"] = slots[begins]
        sums["windows"] = np.diff(begins, append=part.size)
        sums["frames"] = np.add.reduceat(part.frames * new, begins)
        sums["faces"] = np.add.reduceat(part.faces * new, begins)
        sums["tracks"] = np.maximum.reduceat(part.tracks, begins)
        sums["coverage"] = np.add.reduceat(part.coverage, begins)
        sums["weight"] = np.add.reduceat(part.weight, begins)
        weight = part.weight * part.unit
        sums["mean"] = np.add.reduceat(part.mean * weight, begins, axis=1).T
        sums["distribution"] = np.add.reduceat(part.distribution * weight, begins, axis=1).T
        return sums

    def _new_share(self, part: Part) -> _Numbers:
        """What part of each window the one before had not seen; of the very first, what is usual."""
        length = np.broadcast_to(part.length, part.size)
        before = self._last_end
        if before is None:
            before = part.end[0] - (self._interval or length[0])
        share: _Numbers = np.diff(part.end, prepend=before) / np.maximum(length, 1)
        return np.clip(share, 0.0, 1.0, out=share)

    def _steps(self, sums: _Sums) -> StepRows:
        steps = np.zeros(len(sums), STEP)
        steps["start"] = sums["slot"] * self._step
        steps["end"] = steps["start"] + self._step
        for name in ("windows", "frames", "faces", "tracks"):
            steps[name] = np.rint(sums[name])
        steps["coverage"] = sums["coverage"] / sums["windows"]
        steps["seen"] = sums["weight"] > 0
        weight = np.where(steps["seen"], sums["weight"], 1.0)[:, None]
        steps["mean"], steps["distribution"] = sums["mean"] / weight, sums["distribution"] / weight
        steps["dominant"] = np.where(_alike(steps["mean"]), -1, np.argmax(steps["mean"], axis=1))
        return steps


def _alike(mean: _Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    alike: np.ndarray[Any, np.dtype[np.bool_]] = np.ptp(mean, axis=1) < 0.5 / DIGITS
    return alike


def _joined(earlier: _Sums, later: _Sums) -> _Sums:
    """The sums of two portions; a step that begins in the one and ends in the other is one."""
    if not (len(earlier) and len(later)) or earlier["slot"][-1] != later["slot"][0]:
        return np.concatenate([earlier, later])
    for name in _ADDED:
        later[name][0] += earlier[name][-1]
    later["tracks"][0] = max(later["tracks"][0], earlier["tracks"][-1])
    return np.concatenate([earlier[:-1], later])
