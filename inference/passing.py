"""How time passes between the frames of one stream."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.frame import Frame

LONGEST_STEP = 10.0
"""Media times further apart than this, in seconds, are a jump of the timestamps; frames that really are, of
a stream that was away: who is there now is not known to be who was there before."""


class Passing:
    """Told of every frame of a stream in capture order."""

    def __init__(self) -> None:
        self.now = 0.0
        """Seconds from the first frame to the last that was seen."""
        self._step = math.inf
        self._captured: float | None = None
        self._pts: float | None = None

    def see(self, frame: Frame) -> tuple[float, float]:
        """Seconds since the frame before, and from frame to frame as they come at present."""
        passed = self._elapsed(frame)
        pace = self._pace(frame, passed)
        self.now += passed
        self._captured, self._pts = frame.captured, frame.pts
        return passed, pace

    def _elapsed(self, frame: Frame) -> float:
        """Seconds since the frame before.

        By the medium's time, which neither the network's jitter touches nor the speed a file is analysed at;
        by capture time where the medium has none or jumps.
        """
        if self._captured is None:
            return 0.0
        longest = max(LONGEST_STEP, 2 * (frame.interval or 0.0))
        if frame.pts is not None and self._pts is not None and 0 < frame.pts - self._pts < longest:
            return frame.pts - self._pts
        return max(0.0, frame.captured - self._captured)

    def _pace(self, frame: Frame, passed: float) -> float:
        """The shorter of the last two steps, as one frame that comes late makes no slow stream; before there
        are any, what the source knows of them."""
        if self._captured is None or passed > LONGEST_STEP:
            step, known = frame.interval or 0.0, frame.interval or math.inf
        else:
            step = known = passed
        pace, self._step = min(self._step, step), known
        return pace
