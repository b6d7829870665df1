"""A tally: exact sums over readings that can be added to each other and taken off again.

Scores are summed as whole numbers, so that the sum of a window that has slid for a year is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from inference.reading import Scores

_WHOLE = 1 << 40
"""What a score of 1 counts as; a millionth of a millionth is lost in rounding, once, and not again."""
_ONE = float(_WHOLE)
_STEP = 1 << 10
_STEPS = _WHOLE // _STEP
"""Weights are rounded to a thousandth of a millionth: one that counts in tops counts in scores too."""
_FLAT = 1 / len(EMOTIONS) + 1e-9
"""A top score up to this is no top: the face shows nothing."""


def _nothing() -> list[int]:
    return [0] * len(EMOTIONS)


@dataclass(slots=True)
class Tally:
    """`scores` are the sums of the scores and `tops` how often each was highest; `covered` is microseconds.

    A face counts eight in `tops`: all for the emotion of its highest score, or one for each where its scores
    are all alike, as they are where it could not be read. Of weighted observations `scores` and `tops` are
    the weighted sums, of others the same with a weight of 1. `tracks` counts for each face in how many of the
    added tallies it was. `held` is how many frames more, in parts of `_WHOLE`, it would have taken to look as
    often as ever, `held_faces` how many faces they would have shown.
    """

    frames: int = 0
    faces: int = 0
    held: int = 0
    held_faces: int = 0
    covered: int = 0
    scores: list[int] = field(default_factory=_nothing)
    tops: list[int] = field(default_factory=_nothing)
    tracks: dict[int, int] = field(default_factory=dict)

    def observe(self, track: int, scores: Scores) -> None:
        """Counts one face of one frame."""
        self.faces += 1
        self.scores = [old + round(new * _ONE) for old, new in zip(self.scores, scores, strict=True)]
        self._top(scores, _WHOLE)
        self.tracks[track] = 1

    def weigh(self, track: int, scores: Scores, weight: float) -> None:
        """Counts one face of one frame, its scores as far as `weight` says, 0 to 1."""
        self.faces += 1
        whole = round(weight * _STEPS) * _STEP
        self.scores = [old + round(new * whole) for old, new in zip(self.scores, scores, strict=True)]
        self._top(scores, whole)
        self.tracks[track] = 1

    def hold(self, other: Tally, part: int, of: int) -> None:
        """Counts what `other`, a reading, showed for a time in which nobody looked again: part / of times."""
        more = _WHOLE * part // of
        self.held += more
        self.held_faces += other.faces * more
        self.scores = [
            mine + theirs * part // of for mine, theirs in zip(self.scores, other.scores, strict=True)
        ]
        self.tops = [mine + theirs * part // of for mine, theirs in zip(self.tops, other.tops, strict=True)]
        for track in other.tracks:
            self.tracks.setdefault(track, 1)

    def add(self, other: Tally) -> None:
        self.frames += other.frames
        self.held += other.held
        self.covered += other.covered
        if not other.tracks:
            return
        self.faces += other.faces
        self.held_faces += other.held_faces
        self.scores = [mine + theirs for mine, theirs in zip(self.scores, other.scores, strict=True)]
        self.tops = [mine + theirs for mine, theirs in zip(self.tops, other.tops, strict=True)]
        for track in other.tracks:
            self.tracks[track] = self.tracks.get(track, 0) + 1

    def subtract(self, other: Tally) -> None:
        """Takes off a tally that was added before, and has not changed since."""
        self.frames -= other.frames
        self.held -= other.held
        self.covered -= other.covered
        if not other.tracks:
            return
        self.faces -= other.faces
        self.held_faces -= other.held_faces
        self.scores = [mine - theirs for mine, theirs in zip(self.scores, other.scores, strict=True)]
        self.tops = [mine - theirs for mine, theirs in zip(self.tops, other.tops, strict=True)]
        for track in other.tracks:
            self.tracks[track] -= 1
            if not self.tracks[track]:
                del self.tracks[track]

    def faces_in_time(self) -> int:
        """How many faces the frames would have shown had they come evenly; `faces` where they did.

        Frames are many where somebody moves and few where nobody is, so their own mean tells of the former.
        Rounded such that their mean over the frames, rounded with halves up, is what it exactly would be.
        """
        if not self.held:
            return self.faces
        every = self.frames * _WHOLE + self.held
        faces = self.frames * (self.faces * _WHOLE + self.held_faces)
        return (2 * faces + self.frames % 2 * every) // (2 * every)

    def mean_scores(self) -> Scores | None:
        """The (weighted) mean over the faces, `None` where there was none of any weight; sums to one."""
        return _shares(self.scores)

    def face_distribution(self) -> Scores | None:
        """The (weighted) share of the faces whose top score each emotion was, or `None`; sums to one."""
        return _shares(self.tops) if any(self.scores) else None

    def weight(self) -> float:
        """The sum of the weights of all observations, held ones with them."""
        return sum(self.tops) / (len(EMOTIONS) * _ONE)

    def _top(self, scores: Scores, weight: int) -> None:
        top = max(scores)
        if top > _FLAT:
            self.tops[scores.index(top)] += len(EMOTIONS) * weight
        else:
            self.tops = [old + weight for old in self.tops]


def _shares(sums: list[int]) -> Scores | None:
    total = sum(sums)
    return tuple([part / total for part in sums]) if total else None
