"""Following one stream from frame to frame: its time, its cuts and its tracker."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from inference.cuts import Cuts
from inference.tracker import Tracker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.detections import Detections
    from inference.tracker import Sighting
    from stream.frame import Frame

_LONGEST_STEP = 10.0
"""Media times further apart than this, in seconds, are a jump of the timestamps; frames that really are, of
a stream that was away: who is there now is not known to be who was there before."""


class Following:
    """What is kept of one stream between its frames, which must come in capture order."""

    def __init__(self, confident: float, patience: float) -> None:
        self._tracker = Tracker(confident, patience)
        self._cuts = Cuts()
        self._now = 0.0
        self._step = math.inf
        self._captured: float | None = None
        self._pts: float | None = None

    def follow(self, frame: Frame, luma: NDArray[np.uint8], found: Detections) -> list[Sighting]:
        """The faces seen in this frame."""
        passed = self._elapsed(frame)
        pace = self._pace(frame, passed)
        self._now += passed
        self._captured, self._pts = frame.captured, frame.pts
        if self._cuts.is_cut(luma, passed) or passed > _LONGEST_STEP:
            self._tracker.cut()
        return self._tracker.update(found, self._now, pace)

    def _elapsed(self, frame: Frame) -> float:
        """Seconds since the frame before.

        By the medium's time, which neither the network's jitter touches nor the speed a file is analysed at;
        by capture time where the medium has none or jumps.
        """
        if self._captured is None:
            return 0.0
        longest = max(_LONGEST_STEP, 2 * (frame.interval or 0.0))
        if frame.pts is not None and self._pts is not None and 0 < frame.pts - self._pts < longest:
            return frame.pts - self._pts
        return max(0.0, frame.captured - self._captured)

    def _pace(self, frame: Frame, passed: float) -> float:
        """Seconds from frame to frame: the shorter of the last two steps, as one frame that comes late makes
        no slow stream; before there are any, what the source knows of them."""
        if self._captured is None or passed > _LONGEST_STEP:
            step, known = frame.interval or 0.0, frame.interval or math.inf
        else:
            step = known = passed
        pace, self._step = min(self._step, step), known
        return pace
