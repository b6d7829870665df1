"""The aggregator of one stream: takes its readings, gives the summaries of its windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.arrivals import SET_BACK, Arrival, Arrivals
from aggregation.dominance import dominant
from aggregation.observing import Observing
from aggregation.rhythm import Rhythm
from aggregation.sliding import SlidingWindow
from aggregation.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.summary import Window
    from aggregation.tally import Tally
    from inference.reading import Reading


@dataclass(slots=True)
class Figures:
    """Counts of what was not plain, since the stream began. A reading is in one of the first three at most.

    `late` readings came after one of their windows had closed, and count only in those still open. `skipped`
    are windows not made because there was nothing for long, `set_back` how often the clock was.
    """

    late: int = 0
    duplicate: int = 0
    out_of_order: int = 0
    skipped: int = 0
    set_back: int = 0


class Aggregator:
    """Smooths each face's scores and slides all windows of one stream over them, in event time.

    `time_constant` is the smoothing's, `expected_interval` the usual time between two frames; all in seconds.

    A window [start, end) closes with the first reading at `end` or later, for the readings of a stream come
    in order: `disorder` is by how much they may not, and holds each window open for that long. Without
    readings, a window closes when `advance` is told that `lateness` has passed since its end (or, for a
    camera so slow that its next frame may take longer, the longest time one frame can stand for).

    The first summary has the number after `sequence`: that of the last one before a restart.
    """

    def __init__(
        self,
        stream: str,
        windows: Sequence[Window],
        *,
        time_constant: float = 0.25,
        expected_interval: float | None = None,
        lateness: float = 1.0,
        disorder: float = 0.0,
        sequence: int = 0,
    ) -> None:
        self._stream = stream
        self._windows = [SlidingWindow(window) for window in windows]
        self._time_constant = time_constant
        self._lateness = microseconds.from_seconds(lateness)
        self._disorder = microseconds.from_seconds(disorder)
        self._kinds = [
            (
                Observing(weights, time_constant),
                [each for each in self._windows if each.window.weights == weights],
            )
            for weights in sorted({window.weights for window in windows})
        ]
        self.expect(expected_interval)
        self._arrivals = Arrivals()
        self._clock: int | None = None
        self._began = False
        self._sequence = sequence
        self.figures = Figures()

    def expect(self, interval: float | None) -> None:
        """The usual time between two frames is this from now on, in seconds; `None` where it is not known."""
        self._rhythm = Rhythm(microseconds.from_seconds(interval) if interval else None)

    def relax(self, interval: float) -> None:
        """A frame is wanted only once in each `interval` (seconds) from now on, as often as ever where that
        is short. What a reading showed counts until the next one, so that windows in which the rate changed
        are not drawn towards the part that was looked at more often.
        """
        self._rhythm.relax(microseconds.from_seconds(interval))

    def add(self, reading: Reading, at: float) -> list[Summary]:
        """Counts a reading and gives the summaries of the windows that are complete with it.

        `at` is event time in seconds: UTC for a live stream, media time for a file.
        """
        now = microseconds.from_seconds(at)
        previous = self._arrivals.newest
        summaries: list[Summary] = []
        match self._arrivals.take(reading.sequence, now):
            case Arrival.DUPLICATE:
                self.figures.duplicate += 1
                return []
            case Arrival.FORGOTTEN:
                self.figures.late += 1
                return []
            case Arrival.OUT_OF_ORDER:
                self._count(reading, now, in_order=False)
                return []
            case Arrival.SET_BACK:
                summaries = self._close_all_with(previous)
                self._begin_again(now, now - self._disorder)
                previous = None
            case Arrival.RESTARTED:
                self._forget_faces()
        summaries += self._follow(previous, now)
        self._count(reading, now, in_order=True)
        return summaries

    def advance(self, now: float) -> list[Summary]:
        """Lets time pass without readings; gives the summaries of the windows that end with it, empty or not.

        For live streams: called a few times a second, with the clock that stamps the frames.
        """
        until = microseconds.from_seconds(now)
        waited = until - max(self._lateness, self._rhythm.reach)
        summaries: list[Summary] = []
        if not self._began:
            self._begin(until, waited)
        elif self._clock is not None and until < self._clock - SET_BACK:
            summaries = self._close_all_with(self._arrivals.newest)
            self._arrivals.begin_again()
            self._begin_again(until, waited)
        self._clock = until
        return summaries + self._close([waited] * len(self._windows))

    def finish(self) -> list[Summary]:
        """Ends a file: gives the summaries of the windows still open.

        The last of each kind ends at the first multiple of its interval after the last reading, which it so
        covers; those that would only slide out over the end are not made.
        """
        return self._close_all_with(self._arrivals.newest)

    def _begin(self, at: int, earliest: int) -> None:
        self._began = True
        for window in self._windows:
            window.open(at, earliest)

    def _begin_again(self, at: int, earliest: int) -> None:
        """The clock was set back: goes on at the new time."""
        self.figures.set_back += 1
        self._clock = None
        self._forget_faces()
        self._begin(at, earliest)

    def _follow(self, previous: int | None, now: int) -> list[Summary]:
        """Takes the time up to a reading that is newer than all before it."""
        if not self._began:
            self._begin(now, now - self._disorder)
        if previous is not None and now > previous:
            every = self._rhythm.mean if self._rhythm.relaxed else 0
            span = self._rhythm.span(now - previous)
            start = previous if every else now - span
            for window in self._windows:
                window.cover(start, start + span)
            if 0 < every < span:
                self._hold(previous + every, previous + span, every)
        return self._close([now - self._disorder] * len(self._windows))

    def _hold(self, start: int, end: int, every: int) -> None:
        """Goes on with what the newest reading showed; the time up to `start` it stands for by itself."""
        for observing, windows in self._kinds:
            for window in windows:
                window.hold(observing.newest, start, end, every)

    def _forget_faces(self) -> None:
        for observing, _ in self._kinds:
            observing.clear()

    def _count(self, reading: Reading, at: int, *, in_order: bool) -> None:
        taken = True
        for observing, windows in self._kinds:
            tally = observing.tally(reading, at)
            for window in windows:
                taken &= window.add(tally, at)
        if not taken:
            self.figures.late += 1
        elif not in_order:
            self.figures.out_of_order += 1

    def _close_all_with(self, at: int | None) -> list[Summary]:
        return [] if at is None else self._close([window.end_after(at) for window in self._windows])

    def _close(self, limits: list[int]) -> list[Summary]:
        """Closes every window up to its limit, by end; those of one end in the order they were given in."""
        summaries: list[Summary] = []
        while due := [
            (window.next_end, index, limit)
            for index, (window, limit) in enumerate(zip(self._windows, limits, strict=True))
            if window.next_end <= limit
        ]:
            end, index, limit = min(due)
            tally, skipped = self._windows[index].close(limit)
            self.figures.skipped += skipped
            summaries.append(self._summary(self._windows[index].window, end, tally))
        return summaries

    def _summary(self, window: Window, end: int, tally: Tally) -> Summary:
        length = microseconds.from_seconds(window.length)
        self._sequence += 1
        mean = tally.mean_scores()
        return Summary(
            stream=self._stream,
            window=window.name,
            sequence=self._sequence,
            start=microseconds.to_seconds(end - length),
            end=microseconds.to_seconds(end),
            smoothing_delay=self._time_constant,
            frames=tally.frames,
            faces=tally.faces_in_time(),
            tracks=len(tally.tracks),
            coverage=tally.covered / length,
            mean_scores=mean,
            face_distribution=tally.face_distribution(),
            dominant=dominant(mean),
            weight=tally.weight(),
        )
