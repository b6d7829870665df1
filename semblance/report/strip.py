"""What one face showed when, in as many stretches as a page can show however long it was seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference import EMOTIONS

MOST_CELLS = 400
_FINEST = 1 / 64  # seconds; no camera that is analysed is faster
_UNREAD = len(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds of media time; `emotion` is `None` where the face could not be read."""

    start: float
    end: float
    emotion: str | None


class Strip:
    """The seconds of each emotion in cells of time, which grow as the face is seen for longer."""

    def __init__(self, start: float) -> None:
        self._cell = _FINEST
        self._first = int(start // self._cell)
        self._seconds = np.zeros((MOST_CELLS, _UNREAD + 1), np.float32)
        self._start = self._end = start

    def add(self, start: float, end: float, emotion: int | None) -> None:
        """From `start` to `end` this emotion (by its place in their order) was on top; in order of time."""
        self._end = max(self._end, end)
        while end // self._cell - self._first >= MOST_CELLS:
            self._coarsen()
        column = _UNREAD if emotion is None else emotion
        at = start
        while at < end:
            place = int(at // self._cell)
            until = min(end, (place + 1) * self._cell)
            if until <= at:  # less than a float can tell apart
                break
            self._seconds[place - self._first, column] += until - at
            at = until

    def stretches(self) -> list[Stretch]:
        """In order of time; a time when the face was not seen is in none."""
        found: list[Stretch] = []
        for place in np.flatnonzero(self._seconds.any(1)).tolist():
            top = int(self._seconds[place].argmax())
            emotion = None if top == _UNREAD else EMOTIONS[top]
            start = max(self._start, (self._first + place) * self._cell)
            end = min(self._end, (self._first + place + 1) * self._cell)
            last = found[-1] if found else None
            if last and last.emotion == emotion and start - last.end < self._cell / 2:
                found[-1] = Stretch(last.start, end, emotion)
            else:
                found.append(Stretch(start, end, emotion))
        return found

    def _coarsen(self) -> None:
        """Pairs of cells become one; the grid stays that of multiples of the cell."""
        shifted = np.concatenate((np.zeros((self._first % 2, _UNREAD + 1), np.float32), self._seconds))
        if len(shifted) % 2:
            shifted = np.concatenate((shifted, np.zeros((1, _UNREAD + 1), np.float32)))
        halved = shifted[0::2] + shifted[1::2]
        self._seconds = np.zeros((MOST_CELLS, _UNREAD + 1), np.float32)
        self._seconds[: len(halved)] = halved
        self._first //= 2
        self._cell *= 2
