"""Fragments with `outputStyle=perFrame`: at each frame its faces, where they are and what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.emotion.video_document import FRAMES_PER_FRAGMENT, encode, fragment_text, gap_json, in_order
from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.reading import Face, Reading
    from web.emotion.ticks import Ticks

_DIGITS = 6
_NOBODY = "[]"


class FrameEvents:
    """Implements `Events`. A frame becomes text at once: with a crowd in it, sixty at a time take long."""

    def __init__(self, ticks: Ticks) -> None:
        self._frame = ticks.frame
        self._next = 0
        self._events: list[str] = []

    def add(self, number: int, reading: Reading) -> Iterator[str]:
        if number > self._next:
            yield from self.end()
            yield encode(gap_json(self._next * self._frame, (number - self._next) * self._frame))
        self._next = number + 1
        self._events.append(encode([_event(face, reading.width, reading.height) for face in reading.faces]))
        if len(self._events) == FRAMES_PER_FRAGMENT:
            yield from self.end()

    def end(self) -> Iterator[str]:
        events, self._events = self._events, []
        start = (self._next - len(events)) * self._frame
        if any(each != _NOBODY for each in events):
            yield fragment_text(start, self._frame, events)
        elif events:
            yield encode(gap_json(start, len(events) * self._frame))


def _event(face: Face, width: int, height: int) -> dict[str, Any]:
    left, right = _shares(face.box.left, face.box.width, width)
    top, bottom = _shares(face.box.top, face.box.height, height)
    return {
        "id": face.id,
        "x": round(left, _DIGITS),
        "y": round(top, _DIGITS),
        "width": round(right - left, _DIGITS),
        "height": round(bottom - top, _DIGITS),
        "scores": in_order(scores_json(face.scores)),
    }


def _shares(start: float, length: float, whole: int) -> tuple[float, float]:
    """Both ends as shares of the picture's side, over which they do not reach."""
    return min(max(start / whole, 0.0), 1.0), min(max((start + length) / whole, 0.0), 1.0)
