"""Attention: which frames of a stream are looked at wholly, and where the others are looked at closely."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from inference.cuts import Cuts
from inference.detections import NONE, OVERLAP, joined, overlaps
from inference.passing import LONGEST_STEP, Passing

if TYPE_CHECKING:
    from inference.detections import Detections
    from inference.look import Look
    from inference.options import Every
    from stream.frame import Frame

_LOOK_AGAIN = 0.3
"""Seconds of the stream from one whole look to the next: so late may a face be found that comes in.

With 0.5 the same faces are found where they were before, a sixth of the work less at thirty frames a second.
"""
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
        self._last, self._known = NONE, NONE

    def places(self, frame: Frame, look: Look) -> Detections | None:
        """Where faces were that may still be there; `None` where the whole frame is to be looked at."""
        passed, pace = self._passing.see(frame)
        self._since += passed
        self._frames += 1
        cut = self._cuts.is_cut(frame.pixels.grey().values, passed)
        shape = frame.pixels.width, frame.pixels.height, look
        changed, self._shape = shape != self._shape, shape
        if cut or changed or passed > LONGEST_STEP or self._is_due(pace):
            return None
        return self._known

    def saw_all(self, found: Detections) -> None:
        """What a look at the whole frame showed."""
        self._since, self._frames = 0.0, 0
        self._last = self._known = found

    def saw(self, found: Detections) -> bool:
        """What close looks showed; whether that is all, and no face it was sure of is lost.

        One that it was less sure of is looked for again in the place where it was, until the next whole look.
        """
        sure = self._last.chosen(self._last.scores >= self._confident)
        if len(_without(sure, found)):
            return False
        self._last, self._known = found, joined(found, _without(self._known, found), OVERLAP)
        return True

    def _is_due(self, pace: float) -> bool:
        """Whether it is time for a whole look, or nearer to it now than at the next frame."""
        if self._every == "auto":
            return self._since >= _LOOK_AGAIN - pace / 2
        return self._frames >= self._every


def _without(known: Detections, found: Detections) -> Detections:
    """Those of `known` that nothing in `found` is in the place of."""
    if not len(known) or not len(found):
        return known
    return known.chosen(overlaps(known.boxes, found.boxes).max(1) < _SAME)
