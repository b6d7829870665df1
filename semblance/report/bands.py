"""Scores along the time of a file as bands stacked on each other, parted where no face was seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from inference import EMOTIONS
from semblance.emotion_looks import STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.reading import Scores
    from semblance.report.timeline import Point

Kind: TypeAlias = Literal["mean", "distribution"]

_PLACES = tuple(EMOTIONS.index(emotion) for emotion in STACK)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch with faces: `tops[band]` is where that band of the stack ends at each of the `times`."""

    times: list[float]
    tops: list[list[float]]

    def bounds(self, band: int, index: int) -> tuple[float, float]:
        return (self.tops[band - 1][index] if band else 0.0), self.tops[band][index]


@dataclass(frozen=True, slots=True)
class Gap:
    """No face was seen from `start` to `end`, or there were not even frames (`watched` is false)."""

    start: float
    end: float
    watched: bool


def runs_and_gaps(points: Sequence[Point], kind: Kind, duration: float) -> tuple[list[Run], list[Gap]]:
    """Together they fill the time up to `duration`; a point stands for half the way to its neighbours."""
    if not points:
        return [], [Gap(0.0, duration, watched=False)]
    borders = [0.0, *((one.at + other.at) / 2 for one, other in pairwise(points)), duration]
    runs: list[Run] = []
    gaps: list[Gap] = []
    going = False
    for point, (start, end) in zip(points, pairwise(borders), strict=True):
        scores = point.mean if kind == "mean" else point.distribution
        if scores is None:
            _lengthen(gaps, start, end, point.watched)
        else:
            if not going:
                runs.append(Run([start], [[top] for top in _tops(scores)]))
            _append(runs[-1], point.at, scores)
        if going and scores is None:
            _close(runs[-1], start)
        going = scores is not None
    if going:
        _close(runs[-1], duration)
    return runs, gaps


def _lengthen(gaps: list[Gap], start: float, end: float, watched: bool) -> None:
    last = gaps[-1] if gaps else None
    if last and last.end == start and last.watched == watched:
        gaps[-1] = Gap(last.start, end, watched)
    else:
        gaps.append(Gap(start, end, watched))


def _append(run: Run, at: float, scores: Scores) -> None:
    run.times.append(at)
    for band, top in zip(run.tops, _tops(scores), strict=True):
        band.append(top)


def _close(run: Run, at: float) -> None:
    run.times.append(at)
    for band in run.tops:
        band.append(band[-1])


def _tops(scores: Scores) -> list[float]:
    total = sum(scores) or 1.0
    tops: list[float] = []
    for place in _PLACES:
        tops.append((tops[-1] if tops else 0.0) + scores[place] / total)
    return tops
