"""How long a frame stands for: the time since the frame before, as long as that is usual for this camera.

The usual time is what three of four of the last gaps took at most, and never less than the expected interval.
A gap of up to 2.5 times that is a late frame and counts as seen. After a longer one something was down: the
frame that ends it stands for the usual time alone. So a camera of 2 frames a second that runs steadily is
fully seen, a lost frame is forgiven, and a camera that was away for half a window leaves half of it unseen.

Where fewer frames are wanted for a while, their interval takes the place of the usual time. A gap in which it
changed is measured by the longer one, and none of them says anything of the camera. Of a longer gap the frame
before it stands for the first part then, for what it showed is what holds.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

from aggregation.microseconds import PER_SECOND

REMEMBERED = 16
_BEGIN_WITH = 4
_UNKNOWN_INTERVAL = PER_SECOND * 2 // 5
_LONGEST_LEARNT = 4 * PER_SECOND
"""A camera slower than this is believed only if its interval was announced."""


class Rhythm:
    """The rhythm of one stream's frames. Times are microseconds."""

    def __init__(self, expected: int | None) -> None:
        self._least = expected or 0
        first = [expected or _UNKNOWN_INTERVAL] * _BEGIN_WITH
        self._gaps = deque(first, REMEMBERED)
        self._sorted = list(first)
        self._wanted = 0
        self._slow = 0

    @property
    def usual(self) -> int:
        """What three of four of the last gaps took at most, where as many frames as ever are wanted."""
        return max(self._least, self._sorted[(3 * len(self._sorted) - 1) // 4])

    @property
    def mean(self) -> int:
        """What a frame stands for on average where as many as ever are wanted; after a hole what is usual."""
        usual = self.usual
        longest = usual * 5 // 2
        return sum(gap if gap <= longest else usual for gap in self._gaps) // len(self._gaps)

    @property
    def reach(self) -> int:
        """The longest time one frame can stand for."""
        return max(self.usual, self._slow) * 5 // 2

    @property
    def relaxed(self) -> bool:
        """Whether fewer frames were wanted since the last one, or for a part of that time."""
        return self._slow > 0

    def relax(self, interval: int) -> None:
        """From now on a frame is wanted once in each `interval`, as often as ever where that is short."""
        self._wanted = interval if interval > self._least else 0
        self._slow = max(self._slow, self._wanted)

    def span(self, gap: int) -> int:
        """The time that a frame stands for which came `gap` after the one before."""
        if not self._slow:
            self._learn(min(gap, max(self._least, _LONGEST_LEARNT)))
        span = gap if gap <= self.reach else max(self.usual, self._slow)
        self._slow = self._wanted
        return span

    def _learn(self, gap: int) -> None:
        if len(self._gaps) == REMEMBERED:
            del self._sorted[bisect_left(self._sorted, self._gaps[0])]
        self._gaps.append(gap)
        insort(self._sorted, gap)
