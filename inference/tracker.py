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
    from numpy.typing import NDArray

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
        strong = found.scores >= (self._confident if few else sure)
        pairs = self._assign(self._tracks, np.flatnonzero(strong), states, _FAR)
        taken = {id(track) for track, _ in pairs}
        rest = [track for track in self._tracks if track.confirmed and id(track) not in taken]
        pairs += self._assign(rest, np.flatnonzero(~strong), states, _WEAK_NEAR)
        self._see(pairs, found, states)
        started = self._start(found, np.flatnonzero(strong), [index for _, index in pairs], states)
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

    def _assign(
        self, tracks: list[_Track], which: NDArray[np.intp], states: NDArray[np.float64], far: float
    ) -> list[tuple[_Track, int]]:
        if not tracks or not len(which):
            return []
        expected = np.array([track.motion.state for track in tracks])
        gates = np.array([min(far, _NEAR + track.motion.doubt) for track in tracks])
        costs = _distances(expected, states[which])
        open_ = costs < gates[:, None]
        costs += np.array([0.0 if track.confirmed else _NEW for track in tracks])[:, None]
        rows, columns = linear_sum_assignment(np.where(open_, costs, 1e3))
        return [
            (tracks[row], int(which[column]))
            for row, column in zip(rows, columns, strict=True)
            if open_[row, column]
        ]

    def _see(self, pairs: list[tuple[_Track, int]], found: Detections, states: NDArray[np.float64]) -> None:
        for track, index in pairs:
            x, y, width, height = states[index].tolist()
            track.see((x, y, width, height), float(found.scores[index]), self._now)
        self._name([pair for pair in pairs if not pair[0].confirmed])

    def _name(self, pairs: list[tuple[_Track, int]]) -> None:
        """Gives tracks their ids, the best detection's first."""
        for track, _ in sorted(pairs, key=lambda pair: pair[1]):
            self._ids += 1
            track.id = self._ids

    def _start(
        self, found: Detections, strong: NDArray[np.intp], matched: list[int], states: NDArray[np.float64]
    ) -> list[tuple[_Track, int]]:
        """Follows what shares no place with a face that was followed already; those it follows now."""
        new = [index for index in strong.tolist() if index not in matched]
        if new and matched:
            shared = overlaps(found.boxes[new], found.boxes[matched]).max(1)
            new = [index for index, share in zip(new, shared, strict=True) if share < _SAME]
        started = []
        for index in new:
            x, y, width, height = states[index].tolist()
            motion = Motion((x, y, width, height))
            started.append((_Track(motion, self._now, float(found.scores[index])), index))
        self._tracks += [track for track, _ in started]
        return started

    def _is_kept(self, track: _Track) -> bool:
        return self._now - track.seen <= (self._patience if track.confirmed else _HOPE)


def _states(found: Detections) -> NDArray[np.float64]:
    states = np.empty((len(found), 4))
    states[:, :2] = found.boxes[:, :2] + found.boxes[:, 2:] / 2
    states[:, 2:] = np.log(np.maximum(found.boxes[:, 2:], 1e-3))
    return states


def _distances(expected: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Between centres in sizes of the face, plus how much the size differs: (tracks, detections)."""
    apart = expected[:, None] - seen[None]
    sizes = np.exp((expected[:, None, 2:] + seen[None, :, 2:]).sum(2) / 4)
    distances: NDArray[np.float64] = np.hypot(apart[..., 0], apart[..., 1]) / sizes
    distances += np.abs(apart[..., 2:].sum(2)) / 2
    return distances
