"""Attention: which frames of a stream are looked at wholly, and where the others are looked at closely."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from inference.cuts import Cuts
from inference.detections import NONE, Detections, overlaps
from inference.passing import LONGEST_STEP, Passing
from inference.regions import NARROW, ROOM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.look import Look
    from inference.options import Every
    from stream.frame import Frame

_LOOK_AGAIN = 0.3
"""Seconds of the stream from one whole look to the next: so late may a face be found that comes in.

With 0.5 the same faces are found where they were before, a sixth of the work less at thirty frames a second.
"""
_SOON_AGAIN = 0.1
"""The same after a whole look that misses a face which was surely there: it is hidden for a moment, or behind
one that it crosses."""
_HURRIED = 2
"""So many looks come so soon, and so long its place is kept in mind."""
_IN_VAIN = 3
"""After so many more close looks that missed a face which the whole look found in its place, than ones that
found all, there are none ..."""
_WITHOUT = 1.0
"""... for so many seconds: some small faces are never found closely, and each try costs both looks."""
_JITTER = 0.01
"""Seconds by which frames come early or late."""
_SOON = 1 / 16
"""Seconds from frame to frame up to which a face has hardly moved by a quarter of itself. At ten frames a
second narrow regions saved nothing that was measured, and doubled the error of windows."""
_SAME = 0.2
"""What shares so much with where a face was before (intersection over union) is that face."""


class Attention:
    """One stream's. Told of each of its frames in capture order, then of what was found in it."""

    def __init__(self, every: Every, confident: float) -> None:
        """A face scored `confident` or higher is not given up before the whole picture was looked at."""
        self._every = every
        self._confident = confident
        self._passing = Passing()
        self._cuts = Cuts()
        self._since, self._frames = math.inf, 0
        self._shape: tuple[int, int, Look] | None = None
        self._known, self._sure = NONE, np.zeros(0, np.bool_)
        self._new = True
        self._hurried = 0
        self._missed, self._in_vain, self._tried = False, 0, 0.0
        self.room = ROOM
        """How much of the picture about each place is to be looked at, in sizes of the face."""

    def places(self, frame: Frame, look: Look) -> Detections | None:
        """Where faces were that may still be there; `None` where the whole frame is to be looked at."""
        passed, pace = self._passing.see(frame)
        self.room = NARROW if 0 < pace <= _SOON else ROOM
        self._since += passed
        self._frames += 1
        cut = self._cuts.is_cut(frame.pixels.grey().values, passed)
        shape = frame.pixels.width, frame.pixels.height, look
        changed, self._shape = shape != self._shape, shape
        self._new = cut or changed or passed > LONGEST_STEP
        return None if self._new or self._is_due(pace) or self._is_vain() else self._known

    def saw_all(self, found: Detections) -> None:
        """What a look at the whole frame showed.

        What is not surely a face, nor where one was, is not worth close looks, unless nothing is known yet of
        what was. Where a face surely was that is not seen now, it is looked for a while longer.
        """
        self._since, self._frames = 0.0, 0
        missed = _apart(self._known, found)
        hidden = self._hidden(missed)
        self._learn(lost=bool((missed & self._sure).any()))
        sure = found.scores >= self._confident
        kept = sure | ~_apart(found, self._known) | self._new
        self._known, self._sure = found.chosen(kept), sure[kept]
        self._keep(hidden)

    def saw(self, found: Detections) -> bool:
        """What close looks showed; whether that is all, and no face it was sure of is lost.

        One that it was less sure of is looked for again in the place where it was, until the next whole look.
        """
        missed = _apart(self._known, found)
        self._missed = bool((missed & self._sure).any())
        if self._missed:
            return False
        self._in_vain = max(0, self._in_vain - 1)
        sure = found.scores >= self._confident
        kept = sure | ~_apart(found, self._known)
        places = self._known.chosen(missed)
        self._known, self._sure = found.chosen(kept), sure[kept]
        self._keep(places)
        return True

    def _learn(self, *, lost: bool) -> None:
        """Whether close looks are worth it, from what they missed and a whole look has found or `lost`."""
        if self._new:
            self._in_vain = 0
        elif self._missed and not lost:
            self._in_vain = min(_IN_VAIN, self._in_vain + 1)
            self._tried = self._passing.now
        self._missed = False

    def _is_vain(self) -> bool:
        return self._in_vain == _IN_VAIN and self._passing.now - self._tried < _WITHOUT

    def _hidden(self, missed: NDArray[np.bool_]) -> Detections:
        """Where faces are that a whole look misses and that may be seen again at any moment."""
        if self._new:
            self._hurried = 0
            return NONE
        if self._hurried:
            self._hurried -= 1
            return self._known.chosen(missed)
        lost = missed & self._sure
        if lost.any():
            self._hurried = _HURRIED
        return self._known.chosen(lost)

    def _keep(self, places: Detections) -> None:
        """Looks there too, sure of nothing."""
        if len(places):
            self._known = _both(self._known, places)
            self._sure = np.concatenate((self._sure, np.zeros(len(places), np.bool_)))

    def _is_due(self, pace: float) -> bool:
        """Whether it is time for a whole look, or nearer to it now than at the next frame."""
        if self._every != "auto" and self._frames >= self._every:
            return True
        usual = _LOOK_AGAIN if self._every == "auto" else math.inf
        return self._since >= (_SOON_AGAIN if self._hurried else usual) - pace / 2 - _JITTER


def _apart(these: Detections, others: Detections) -> NDArray[np.bool_]:
    """Which of these nothing of the others is in the place of."""
    if not len(these) or not len(others):
        return np.ones(len(these), np.bool_)
    apart: NDArray[np.bool_] = overlaps(these.boxes, others.boxes).max(1) < _SAME
    return apart


def _both(seen: Detections, missed: Detections) -> Detections:
    """As places to look at; where the landmarks were does not matter."""
    return Detections(
        np.concatenate((seen.boxes, missed.boxes)), None, np.concatenate((seen.scores, missed.scores))
    )
