"""Summaries or steps as one processing result of the Emotion API, written fragment by fragment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from aggregation import microseconds
from inference.reading import EMOTIONS
from web.emotion.video_document import (
    WINDOWS_PER_FRAGMENT,
    fragment_json,
    gap_json,
    head_json,
    window_event,
)
from web.messages import encode, utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    Rows = np.ndarray[Any, np.dtype[np.void]]

_MILLISECOND = 1000
"""Microseconds in the tick of a window whose interval is whole milliseconds, as is usual."""


@dataclass(slots=True)
class Fragments:
    """Implements `Encoder` for rows with `start`, `end`, `seen`, `mean` and `distribution`.

    `interval` (microseconds) is the one of the window or the step, 0 where it is not known: it is then that
    of the first rows. Ticks count from the first event, whose time is `startDateTime`. The result of a stream
    has no size of pictures and no rate of its own: `width` and `height` are 0, and `framerate` is how many
    frames a second were analysed at first.
    """

    interval: int = 0
    _tick: int = _MILLISECOND
    _first: int = -1
    _next: int = 0
    _events: list[list[dict[str, Any]]] = field(default_factory=list)
    _written: int = 0

    def begin(self) -> bytes:
        return b""  # the head tells of the first rows

    def add(self, portion: Rows) -> bytes:
        if not len(portion):
            return b""
        head = "" if self._first >= 0 else self._head(portion)
        return (head + "".join(self._fragments(portion))).encode()

    def end(self) -> bytes:
        if self._first < 0:
            return (_head(1000, 0.0, None) + "]}\n").encode()
        return ("".join(self._flush()) + "]}\n").encode()

    def _head(self, rows: Rows) -> str:
        self.interval = self.interval or _usual_interval(rows)
        self._tick = _MILLISECOND if self.interval % _MILLISECOND == 0 else 1
        self._first = self._next = int(self._places(rows[:1])[0])
        seconds = np.median(rows["end"] - rows["start"]) / microseconds.PER_SECOND
        start = utc(microseconds.to_seconds(self._first * self.interval))
        rate = round(float(np.median(rows["frames"]) / seconds), 3)
        return _head(microseconds.PER_SECOND // self._tick, rate, start)

    def _places(self, rows: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The interval that each is the event of: the one in which its window's middle is."""
        places: np.ndarray[Any, np.dtype[np.int64]] = ((rows["start"] + rows["end"]) // 2) // self.interval
        return places

    def _fragments(self, rows: Rows) -> Iterator[str]:
        scores = (_score_lists(rows, "distribution"), _score_lists(rows, "mean"))
        for place, distribution, mean in zip(self._places(rows).tolist(), *scores, strict=True):
            if place < self._next:  # a clock was set back, or the window had another form
                continue
            if place > self._next:
                yield from self._flush()
                yield self._text(gap_json(*self._span(self._next, place - self._next)))
                self._next = place
            self._events.append([window_event(distribution, mean)])
            self._next += 1
            if len(self._events) == WINDOWS_PER_FRAGMENT:
                yield from self._flush()

    def _flush(self) -> Iterator[str]:
        if self._events:
            events, self._events = self._events, []
            start, _ = self._span(self._next - len(events), len(events))
            yield self._text(fragment_json(start, self.interval // self._tick, events))

    def _span(self, place: int, count: int) -> tuple[int, int]:
        """Start and duration in ticks."""
        ticks = self.interval // self._tick
        return (place - self._first) * ticks, count * ticks

    def _text(self, fragment: dict[str, Any]) -> str:
        self._written += 1
        return ("," if self._written > 1 else "") + "\n" + encode(fragment)


def _head(timescale: int, framerate: float, start: str | None) -> str:
    """Up to its fragments."""
    head = {**head_json(timescale, framerate, 0, 0), "startDateTime": start}
    return json.dumps(head)[:-1] + ', "fragments": ['


def _usual_interval(rows: Rows) -> int:
    if len(rows) > 1:
        return max(1, int(np.median(np.diff(rows["end"]))))
    return max(1, int(rows["end"][0] - rows["start"][0]))


def _score_lists(rows: Rows, name: str) -> list[dict[str, float] | None]:
    return [
        dict(zip(EMOTIONS, values, strict=True)) if seen else None
        for seen, values in zip(rows["seen"].tolist(), np.round(rows[name], 4).tolist(), strict=True)
    ]
