"""The aggregator's answer worked out the slow way: every window from all readings."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, fsum
from typing import TYPE_CHECKING

from inference.reading import EMOTIONS, Box, Face, Reading, Scores

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND = 1_000_000
NOWHERE = Box(0.0, 0.0, 1.0, 1.0)


def face(track: int, scores: Scores, quality: float = 1.0) -> Face:
    return Face(track, NOWHERE, (), 1.0, quality, scores)


def reading(sequence: int, *faces: Face) -> Reading:
    return Reading("lobby", sequence, 0.0, 0.0, None, 640, 360, faces)


def pure(emotion: str) -> Scores:
    """A face that shows one emotion and nothing else."""
    return tuple(float(emotion == each) for each in EMOTIONS)


@dataclass(frozen=True)
class Arrived:
    """A reading with its event time in microseconds, in a list in the order of arrival."""

    reading: Reading
    at: int


@dataclass(frozen=True)
class Expected:
    """What a window should come to; times in microseconds."""

    end: int
    frames: int
    faces: int
    tracks: int
    coverage: float
    mean_scores: Scores | None
    face_distribution: Scores | None


@dataclass(frozen=True)
class _Observation:
    at: int
    track: int
    scores: Scores
    weight: float


def expected_windows(
    arrived: Sequence[Arrived],
    length: int,
    interval: int,
    *,
    tau: float,
    expected_interval: int,
    disorder: int,
    by_quality: bool = False,
) -> list[Expected]:
    """Every window of a file, from the first that sees a reading to the one after the last reading."""
    unique = _without_duplicates(arrived)
    spans = _spans(unique, expected_interval)
    smoothed = _smoothed(unique, tau, by_quality)
    taken = [index for index in range(len(unique)) if not _is_late(unique, index, interval, disorder)]
    first = min(_end_after(unique[index].at, interval) for index in taken)
    last = max(_end_after(each.at, interval) for each in unique)
    return [
        _window(
            end,
            length,
            [unique[index].at for index in taken],
            [each for index in taken for each in smoothed[index]],
            spans,
        )
        for end in range(first, last + 1, interval)
    ]


def _window(
    end: int, length: int, frames: list[int], faces: list[_Observation], spans: list[tuple[int, int]]
) -> Expected:
    start = end - length
    inside = [each for each in faces if start <= each.at < end]
    total = fsum(each.weight for each in inside)
    tops = [fsum(each.weight * _top_share(each.scores, index) for each in inside) for index in range(8)]
    covered = sum(max(0, min(end, until) - max(start, since)) for since, until in spans)
    return Expected(
        end=end,
        frames=sum(start <= at < end for at in frames),
        faces=len(inside),
        tracks=len({each.track for each in inside}),
        coverage=covered / length,
        mean_scores=_shares([fsum(each.weight * each.scores[i] for each in inside) for i in range(8)], total),
        face_distribution=_shares(tops, total),
    )


def _top_share(scores: Scores, index: int) -> float:
    """What a face counts for the emotion of this index: all where it is the top, a share where none is."""
    if max(scores) - min(scores) < 1e-9:
        return 1 / 8
    return float(scores.index(max(scores)) == index)


def _shares(sums: list[float], total: float) -> Scores | None:
    return tuple(each / total for each in sums) if total else None


def _end_after(at: int, interval: int) -> int:
    return (at // interval + 1) * interval


def _without_duplicates(arrived: Sequence[Arrived]) -> list[Arrived]:
    return [
        each
        for index, each in enumerate(arrived)
        if each.reading.sequence not in {earlier.reading.sequence for earlier in arrived[:index]}
    ]


def _is_late(arrived: list[Arrived], index: int, interval: int, disorder: int) -> bool:
    newest = max(each.at for each in arrived[: index + 1])
    return arrived[index].at < (newest - disorder) // interval * interval


def _smoothed(arrived: list[Arrived], tau: float, by_quality: bool) -> list[list[_Observation]]:
    """For each reading its faces with their smoothed scores, by going back over all that arrived before.

    Kept of each face are the low-passes of weight times scores and of the weight alone.
    """
    state: dict[int, tuple[int, Scores, float, Scores]] = {}
    result: list[list[_Observation]] = []
    for each in arrived:
        observations = []
        for seen in each.reading.faces:
            weight = seen.quality if by_quality else 1.0
            fresh = (each.at, tuple(weight * score for score in seen.scores), weight, seen.scores)
            at, old, old_weight, _ = state.get(seen.id, fresh)
            if each.at - at > 8 * tau * SECOND or seen.id not in state:
                state[seen.id] = fresh
            elif each.at > at:
                gain = 1 - exp(-(each.at - at) / SECOND / tau)
                new = tuple(o * (1 - gain) + s * gain for o, s in zip(old, fresh[1], strict=True))
                total = old_weight * (1 - gain) + weight * gain
                shown = tuple(part / total for part in new) if total else seen.scores
                state[seen.id] = (each.at, new, total, shown)
            observations.append(_Observation(each.at, seen.id, state[seen.id][3], weight))
        result.append(observations)
    return result


def _spans(arrived: list[Arrived], expected_interval: int) -> list[tuple[int, int]]:
    """The time each frame stands for that is newer than all before it."""
    gaps = [expected_interval] * 4
    newest: int | None = None
    spans = []
    for each in arrived:
        if newest is not None and each.at > newest:
            gap = each.at - newest
            gaps = [*gaps, min(gap, max(expected_interval, 4 * SECOND))][-16:]
            usual = max(expected_interval, sorted(gaps)[(3 * len(gaps) - 1) // 4])
            spans.append((each.at - (gap if 2 * gap <= 5 * usual else usual), each.at))
        newest = each.at if newest is None else max(newest, each.at)
    return spans
