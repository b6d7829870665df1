"""Following one stream from frame to frame: its time, its cuts and its tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.cuts import Cuts
from inference.passing import LONGEST_STEP, Passing
from inference.tracker import Tracker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inference.detections import Detections
    from inference.tracker import Sighting
    from stream.frame import Frame


class Following:
    """What is kept of one stream between its frames, which must come in capture order."""

    def __init__(self, confident: float, patience: float) -> None:
        self._tracker = Tracker(confident, patience)
        self._cuts = Cuts()
        self._passing = Passing()

    def follow(self, frame: Frame, luma: NDArray[np.uint8], found: Detections) -> list[Sighting]:
        """The faces seen in this frame."""
        passed, pace = self._passing.see(frame)
        if self._cuts.is_cut(luma, passed) or passed > LONGEST_STEP:
            self._tracker.cut()
        return self._tracker.update(found, self._passing.now, pace)
