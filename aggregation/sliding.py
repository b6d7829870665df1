"""One sliding window in event time, at a cost that does not depend on its length.

The time line is cut at every instant where a window may begin or end. Between two cuts lies a pane; readings
are tallied in their pane, and the window keeps the sum of its panes: a closing adds those that came in and
takes off those that went out.

    length 5, interval 2          cuts at the ends (|) and at the starts (:)

        :   |   :   |   :   |   :   |
        1   2   3   4   5   6   7   8
        [------- window --------)             [1, 6)
                [------- window --------)     [3, 8)

Where the length is a multiple of the interval both fall together and a pane is an interval long. Only panes
that hold something exist, so a camera that was down for hours costs nothing. All times are microseconds.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from aggregation import microseconds
from aggregation.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregation.summary import Window

MOST_EMPTY = 120
"""Of a longer run of windows without a single frame that one step passes, the last so many are made."""


class _Pane(NamedTuple):
    start: int
    tally: Tally


class SlidingWindow:
    """The panes of one window of one stream.

    `next_end` is the end of the window to close next, `closed` the time before which nothing is taken.
    """

    def __init__(self, window: Window) -> None:
        self.window = window
        self.length = microseconds.from_seconds(window.length)
        self._interval = microseconds.from_seconds(window.interval)
        if self.length <= 0 or self._interval <= 0:
            raise ValueError(
                f"Window {window.name!r} has a length of {window.length} s and an interval of "
                f"{window.interval} s; both must be a microsecond or more."
            )
        self._cut = -self.length % self._interval
        self._open: dict[int, Tally] = {}
        self._panes: deque[_Pane] = deque()
        self._sum = Tally()
        self.closed = 0
        self.next_end = 0

    def open(self, at: int, earliest: int) -> None:
        """Begins afresh with the window that `at` falls in; what comes later may reach back to `earliest`."""
        self._open.clear()
        self._panes.clear()
        self._sum = Tally()
        self.closed = earliest - earliest % self._interval
        self.next_end = self.end_after(at)

    def end_after(self, at: int) -> int:
        """The first end of a window that `at` lies before."""
        return at - at % self._interval + self._interval

    def add(self, tally: Tally, at: int) -> bool:
        """Counts a reading; false if the windows it belongs to are closed."""
        if at < self.closed:
            return False
        self._pane(self._start_of(at)).add(tally)
        return True

    def cover(self, start: int, end: int) -> None:
        """Counts [start, end) as seen, as far as it is still open."""
        for pane, part in self._parts(start, end):
            self._pane(pane).covered += part

    def hold(self, tally: Tally, start: int, end: int, every: int) -> None:
        """Counts the faces of a reading in [start, end), as far as it is still open, as if they had been read
        again `every` so often.
        """
        for pane, part in self._parts(start, end):
            self._pane(pane).hold(tally, part, every)

    def close(self, until: int) -> tuple[Tally, int]:
        """Closes the window that ends at `next_end`; the caller means to close up to `until`.

        Gives its sum, valid until the next call, and how many empty windows were skipped after it.
        """
        end = self.next_end
        for start in sorted(start for start in self._open if start < end):
            pane = _Pane(start, self._open.pop(start))
            self._panes.append(pane)
            self._sum.add(pane.tally)
        while self._panes and self._panes[0].start < end - self.length:
            self._sum.subtract(self._panes.popleft().tally)
        skipped = 0 if self._panes else self._empty_to_skip(end, until)
        self.closed = end + skipped * self._interval
        self.next_end = self.closed + self._interval
        return self._sum, skipped

    def _empty_to_skip(self, end: int, until: int) -> int:
        last = until - until % self._interval
        if self._open:
            last = min(last, self.end_after(min(self._open)) - self._interval)
        return max(0, (last - end) // self._interval - MOST_EMPTY)

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The panes that [start, end) lies in, as far as it is still open, and how much of it in each."""
        start = max(start, self.closed)
        while start < end:
            pane = self._start_of(start)
            border = min(end, self._end_of(pane))
            yield pane, border - start
            start = border

    def _pane(self, start: int) -> Tally:
        found = self._open.get(start)
        if found is None:
            found = self._open[start] = Tally()
            self.next_end = min(self.next_end, self.end_after(start))
        return found

    def _start_of(self, at: int) -> int:
        phase = at % self._interval
        return at - phase + (self._cut if phase >= self._cut else 0)

    def _end_of(self, pane: int) -> int:
        return pane + self._cut if self._cut and pane % self._interval == 0 else self.end_after(pane)
