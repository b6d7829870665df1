"""The faces of a file: how long each was seen and what it showed, those seen longest kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from aggregation.smoothing import Smoothing
from aggregation.tally import Tally
from semblance.report.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregation.summary import Weights
    from inference import Face
    from inference.reading import Scores

MOST_SHOWN = 30
_MOST_KEPT = 4 * MOST_SHOWN
_FLAT = 1 / 8 + 1e-9
_LONGEST_BLINK = 1.0
"""Seconds a face may be out of sight between two frames and still count as seen; trackers wait as long."""
_LATE = 2.5
"""Times the usual from one frame to the next: no frame was lost before that."""


class FaceRecord:
    """One face, as long as it was followed, seen for `seconds` in all between `first` and `until`."""

    def __init__(self, number: int, at: float) -> None:
        self.id = number
        self.first = self.last = self.until = at
        self.seconds = 0.0
        self.tally = Tally()
        self.thumbnail: bytes | None = None
        self.strip = Strip(at)
        self._likeness = 0.0

    def see(self, scores: Scores, weight: float | None, at: float, lasting: float) -> None:
        """`lasting` is the time that a frame stands for; without `weight`, each observation counts one."""
        seen_on = at - self.last <= max(_LONGEST_BLINK, _LATE * lasting)
        since = self.until if seen_on else at
        self.last, self.until = at, max(self.until, at + lasting)
        self.strip.add(since, self.until, _top(scores))
        self.seconds += self.until - since
        if weight is None:
            self.tally.observe(self.id, scores)
        else:
            self.tally.weigh(self.id, scores, weight)

    def portrayed_better(self, likeness: float) -> bool:
        """Whether a picture of this worth is so much better than the one there is that it pays to take it."""
        if likeness <= self._likeness * 1.2:
            return False
        self._likeness = likeness
        return True


class Faces:
    """Takes the faces of each frame in order of time. `tally` is that of all faces of the file."""

    def __init__(self, weights: Weights, time_constant: float = 0.25) -> None:
        self.tally = Tally()
        self._by_quality = weights == "quality"
        self._smoothing = Smoothing(time_constant)
        self._records: dict[int, FaceRecord] = {}

    @property
    def count(self) -> int:
        """How many different faces there were."""
        return len(self.tally.tracks)

    def see(self, face: Face, at: float, lasting: float) -> FaceRecord:
        instant = microseconds.from_seconds(at)
        self._smoothing.sweep(instant)
        weight = face.quality if self._by_quality else None
        scores = self._smoothing.update(face.id, face.scores, instant, 1.0 if weight is None else weight)
        if weight is None:
            self.tally.observe(face.id, scores)
        else:
            self.tally.weigh(face.id, scores, weight)
        record = self._records.get(face.id) or self._begin(face.id, at)
        record.see(scores, weight, at, lasting)
        return record

    def longest(self) -> list[FaceRecord]:
        """As many as are shown of those seen longest, in the order they came."""
        longest = sorted(self._records.values(), key=lambda record: -record.seconds)[:MOST_SHOWN]
        return sorted(longest, key=lambda record: (record.first, record.id))

    def _begin(self, number: int, at: float) -> FaceRecord:
        if len(self._records) >= _MOST_KEPT:
            for passed in list(self._passed(at)):
                del self._records[passed]
        self._records[number] = FaceRecord(number, at)
        return self._records[number]

    def _passed(self, at: float) -> Iterator[int]:
        """Those that are gone and will not be shown: as many are there that were seen for longer."""
        ranked = sorted(self._records.values(), key=lambda record: -record.seconds)
        for record in ranked[MOST_SHOWN:]:
            if at - record.last > _LONGEST_BLINK:
                yield record.id


def _top(scores: Scores) -> int | None:
    """`None` where all scores are alike, as they are where the face could not be read."""
    top = max(scores)
    return scores.index(top) if top > _FLAT else None
