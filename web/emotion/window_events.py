"""Fragments with `outputStyle=aggregate`: at each interval what the faces around it showed together.

The event of an interval describes the window *centred* on the interval's start, so that the smoothing is all
the delay there is:

    interval  0    1    2    3    4          event 2 of windows of four intervals
    window    [----+----*----+----)
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from aggregation import Aggregator, Window
from web.emotion.video_document import WINDOWS_PER_FRAGMENT, encode, fragment_json, gap_json, window_event
from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aggregation import Summary
    from aggregation.summary import Weights
    from inference.reading import Reading
    from web.emotion.ticks import Ticks

_PATIENCE = 12
"""Intervals without a frame after which an aggregator surely waits no longer."""


class WindowEvents:
    """Implements `Events`. `length` and `interval` are seconds; an interval is made a whole number of frames.

    The windows are slid in a time that counts intervals, so that nothing is lost by rounding, and is put off
    by what brings the middles of the windows to whole numbers.
    """

    def __init__(self, ticks: Ticks, length: float, interval: float, weights: Weights) -> None:
        self._frames = ticks.whole_frames(interval)
        self._interval = self._frames * ticks.frame
        intervals = ticks.frames(length) / self._frames
        self._ahead = ceil(intervals / 2)  # by how much a window ends after the event it belongs to
        self._put_off = self._ahead - intervals / 2
        windows = [Window("aggregate", intervals, 1.0, weights)]
        # The scores that come in are smoothed already.
        self._aggregator = Aggregator("video", windows, time_constant=0.0, lateness=0.0)
        self._next = 0
        self._count = 0
        self._events: list[list[dict[str, Any]]] = []

    def add(self, number: int, reading: Reading) -> Iterator[str]:
        self._count = number // self._frames + 1
        yield from self._take(self._aggregator.add(reading, number / self._frames + self._put_off))

    def end(self) -> Iterator[str]:
        yield from self._take(self._aggregator.finish())
        yield from self._take(self._aggregator.advance(self._count + self._ahead + _PATIENCE))
        yield from self._flush()

    def _take(self, summaries: Iterable[Summary]) -> Iterator[str]:
        for summary in summaries:
            place = round(summary.end) - self._ahead
            if not self._next <= place < self._count:
                continue  # before the first frame, or after the last
            if not summary.frames:
                continue  # in a pause too long to know anything of
            if place > self._next:
                yield from self._flush()
                yield encode(gap_json(self._next * self._interval, (place - self._next) * self._interval))
            self._next = place + 1
            self._events.append([_event(summary)])
            if len(self._events) == WINDOWS_PER_FRAGMENT:
                yield from self._flush()

    def _flush(self) -> Iterator[str]:
        events, self._events = self._events, []
        if events:
            start = (self._next - len(events)) * self._interval
            yield encode(fragment_json(start, self._interval, events))


def _event(summary: Summary) -> dict[str, Any]:
    return window_event(scores_json(summary.face_distribution), scores_json(summary.mean_scores))
