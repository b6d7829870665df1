"""The tracker: gives each face of one stream an id that stays with it from frame to frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from inference.detections import overlaps
from inference.motion import Motion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.detections import Detections
    from inference.motion import State

_NEAR, _FAR = 0.5, 1.2
"""How far from where it is expected a face may be, in its sizes: at least, and at most when long unseen."""
_WEAK_NEAR = 0.4
"""How far a weak detection may be, so that an unseen face does not wander off to what only resembles one."""
_HOPE = 0.25
"""Seconds for which a face seen only once is waited for."""
_SAME = 0.3
"""A detection that shares this much with a face already followed is a second box on that face."""
_NEWCOMER = 0.1
"""How much more confident the detector must be of a face than to report one that is followed.

Measured on the clips: without it, blurred backgrounds and hands become short tracks.
"""
_NEW = 0.3
"""What being new costs a track when two want the same detection."""
_CLOSED = 1e3
"""The cost of a pair that cannot be."""
_MEMORY = 0.5
"""Seconds over which the confidence in a face is averaged, exponentially."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face that was seen in a frame, at `index` of its detections.

    `confidence` is the mean of its detections' scores over the last half second: a head that turns or blinks
    for a moment is no less there.
    """

    id: int
    index: int
    confidence: float


@dataclass(slots=True)
class _Track:
    motion: Motion
    seen: float
    confidence: float
    id: int = 0

    @property
    def confirmed(self) -> bool:
        return self.id > 0

    def see(self, state: State, score: float, now: float) -> None:
        self.motion.correct(state)
        self.confidence += (score - self.confidence) * (1 - math.exp((self.seen - now) / _MEMORY))
        self.seen = now


class Tracker:
    """One stream's faces. Ids start at 1 and rise; none is given twice.

    After ByteTrack (Zhang et al. 2022): confident detections start tracks and are assigned first; weak ones
    only continue tracks that would otherwise be lost. A face gets its id with its second detection, so that
    a detector's passing error is never reported. Holds no clock: `now` is in seconds and must not fall.

    Where frames are so far apart that a second detection comes too late, a face the detector is sure of gets
    its id with its first. One it is less sure of must be seen again, but starts a track already where there
    are too few frames to wait for a better look at it.
    """

    def __init__(self, confident: float, patience: float) -> None:
        """`confident`: the score that faces are reported from; it takes more to start a track.

        `patience`: seconds an unseen face is waited for.
        """
        self._confident = confident
        self._patience = patience
        self._tracks: list[_Track] = []
        self._now = 0.0
        self._ids = 0

    def update(self, found: Detections, now: float, pace: float = 0.0) -> list[Sighting]:
        """The faces seen in this frame, rising by id. Those only expected, not seen, are not among them.

        `pace`: seconds from frame to frame, as they come at present.
        """
        few, rare = pace > _HOPE / 2, pace > _HOPE
        sure = self._confident + _NEWCOMER
        for track in self._tracks:
            track.motion.predict(now - self._now)
        self._now = now
        states = _states(found)
        bright = (found.scores >= (self._confident if few else sure)).tolist()
        strong = [index for index, sure_of_it in enumerate(bright) if sure_of_it]
        weak = [index for index, sure_of_it in enumerate(bright) if not sure_of_it]
        pairs = _assigned(self._tracks, strong, states, _FAR)
        taken = {id(track) for track, _ in pairs}
        rest = [track for track in self._tracks if track.confirmed and id(track) not in taken]
        pairs += _assigned(rest, weak, states, _WEAK_NEAR)
        self._see(pairs, found, states)
        started = self._start(found, strong, [index for _, index in pairs], states)
        if rare:
            at_once = [pair for pair in started if pair[0].confidence >= sure]
            self._name(at_once)
            pairs += at_once
        self._tracks = [track for track in self._tracks if self._is_kept(track)]
        pairs.sort(key=lambda pair: pair[0].id)
        return [Sighting(track.id, index, track.confidence) for track, index in pairs]

    def cut(self) -> None:
        """The picture changed to another scene: nobody is where they were."""
        self._tracks.clear()

    def _see(self, pairs: list[tuple[_Track, int]], found: Detections, states: list[State]) -> None:
        for track, index in pairs:
            track.see(states[index], float(found.scores[index]), self._now)
        self._name([pair for pair in pairs if not pair[0].confirmed])

    def _name(self, pairs: list[tuple[_Track, int]]) -> None:
        """Gives tracks their ids, the best detection's first."""
        for track, _ in sorted(pairs, key=lambda pair: pair[1]):
            self._ids += 1
            track.id = self._ids

    def _start(
        self, found: Detections, strong: list[int], matched: list[int], states: list[State]
    ) -> list[tuple[_Track, int]]:
        """Follows what shares no place with a face that was followed already; those it follows now."""
        new = [index for index in strong if index not in matched]
        if new and matched:
            shared = overlaps(found.boxes[new], found.boxes[matched]).max(1)
            new = [index for index, share in zip(new, shared, strict=True) if share < _SAME]
        started = [
            (_Track(Motion(states[index]), self._now, float(found.scores[index])), index) for index in new
        ]
        self._tracks += [track for track, _ in started]
        return started

    def _is_kept(self, track: _Track) -> bool:
        return self._now - track.seen <= (self._patience if track.confirmed else _HOPE)


def _states(found: Detections) -> list[State]:
    return [
        (left + width / 2, top + height / 2, math.log(max(width, 1e-3)), math.log(max(height, 1e-3)))
        for left, top, width, height in found.boxes.tolist()
    ]


def _assigned(
    tracks: list[_Track], which: list[int], states: list[State], far: float
) -> list[tuple[_Track, int]]:
    """Which of the detections each track is seen in, at the least cost in all."""
    near = [
        (row, index, cost)
        for row, track in enumerate(tracks)
        for index, cost in _near(track, which, states, far)
    ]
    if len({row for row, _, _ in near}) < len(near) or len({index for _, index, _ in near}) < len(near):
        near = _cheapest(near, len(tracks), len(states))
    return [(tracks[row], index) for row, index, _ in near]


def _near(track: _Track, which: list[int], states: list[State], far: float) -> Iterator[tuple[int, float]]:
    """Detections that may be this track, and at what cost."""
    gate = min(far, _NEAR + track.motion.doubt)
    x, _, width, height = track.motion.state
    reach = gate * math.exp(
        (width + height) / 2 + gate / 2
    )  # further off, both shares of the cost are too much
    for index in which:
        if abs(states[index][0] - x) < reach:
            cost = _distance(track.motion.state, states[index])
            if cost < gate:
                yield index, cost if track.confirmed else cost + _NEW


def _distance(expected: State, seen: State) -> float:
    """Between centres in sizes of the face, plus how much the size differs."""
    x, y, width, height = expected
    seen_x, seen_y, seen_width, seen_height = seen
    size = math.exp((width + height + seen_width + seen_height) / 4)
    return math.hypot(x - seen_x, y - seen_y) / size + abs(width + height - seen_width - seen_height) / 2


def _cheapest(near: list[tuple[int, int, float]], rows: int, columns: int) -> list[tuple[int, int, float]]:
    """Of pairs with their costs as many as can be, no row or column twice, at the least cost."""
    costs = np.full((rows, columns), _CLOSED)
    for row, column, cost in near:
        costs[row, column] = cost
    chosen = zip(*linear_sum_assignment(costs), strict=True)
    return [
        (int(row), int(column), costs[row, column]) for row, column in chosen if costs[row, column] < _CLOSED
    ]
