"""The Emotion API's own JSON: the array for a picture, the processing result for a video.

The contract is Microsoft's, 2015-2018. A video's result is divided into fragments of a few intervals; all
times are whole ticks of `timescale`. The event of an interval describes the window *centred* on the
interval's start, so that the smoothing is all the delay there is and "subtract 250 milliseconds" is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aggregation.summary import Window
from web.scores import scores_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aggregation.summary import Summary
    from inference.reading import Reading

VIDEO_ORDER = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""The order of keys in video results; those of pictures are alphabetical."""

EVENTS_PER_FRAGMENT = 4


@dataclass(frozen=True, slots=True)
class Ticks:
    """The clock of one video: `frame` ticks a frame, `timescale` a second (1001, 30000 at 29.97 fps)."""

    timescale: int
    frame: int

    @classmethod
    def of(cls, fps: float) -> Ticks:
        rate = Fraction(fps).limit_denominator(1001)
        scale = 1000 if rate.denominator < 1000 else 1
        return cls(timescale=rate.numerator * scale, frame=rate.denominator * scale)

    def whole_frames(self, seconds: float) -> int:
        """The ticks of the nearest whole number of frames, at least one."""
        return max(1, round(seconds * self.timescale / self.frame)) * self.frame

    def window(self, name: str, length: float, interval: float) -> Window:
        """A window whose interval is a whole number of frames."""
        step = self.whole_frames(interval)
        steps = max(1, round(length * self.timescale / step))
        return Window(name, steps * step / self.timescale, step / self.timescale)


def image_result(reading: Reading) -> list[dict[str, Any]]:
    """The faces of a picture, largest first."""
    faces = sorted(reading.faces, key=lambda face: -face.box.width * face.box.height)
    return [
        {
            "faceRectangle": {
                "left": round(face.box.left),
                "top": round(face.box.top),
                "width": round(face.box.width),
                "height": round(face.box.height),
            },
            "scores": scores_json(face.scores),
        }
        for face in faces
    ]


def video_result(
    summaries: Iterable[Summary], ticks: Ticks, window: Window, *, duration: float, width: int, height: int
) -> dict[str, Any]:
    """The result with `outputStyle=aggregate`, of the summaries of `window`; `duration` in seconds."""
    step = round(window.interval * ticks.timescale)
    centred = {_interval_at(summary.end - window.length / 2, window): summary for summary in summaries}
    count = max(1, -(-round(duration * ticks.timescale) // step))
    events = [[_event(centred.get(index))] for index in range(count)]
    return {
        "version": 1,
        "timescale": ticks.timescale,
        "offset": 0,
        "framerate": round(ticks.timescale / ticks.frame, 3),
        "width": width,
        "height": height,
        "rotation": 0,
        "fragments": [
            fragment_json(first * step, step, events[first : first + EVENTS_PER_FRAGMENT])
            for first in range(0, count, EVENTS_PER_FRAGMENT)
        ],
    }


def fragment_json(start: int, interval: int, events: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """A fragment with an event for each interval; times in ticks."""
    return {"start": start, "duration": len(events) * interval, "interval": interval, "events": events}


def gap_json(start: int, duration: int) -> dict[str, Any]:
    """A fragment of which nothing is known."""
    return {"start": start, "duration": duration}


def window_event(
    distribution: Mapping[str, float] | None, mean: Mapping[str, float] | None
) -> dict[str, Any]:
    """The event of one window. Zeros where no face was seen: only here, because the contract says so."""
    return {"windowFaceDistribution": _in_order(distribution), "windowMeanScores": _in_order(mean)}


def _interval_at(seconds: float, window: Window) -> int:
    return math.floor(seconds / window.interval + 1e-6)


def _event(summary: Summary | None) -> dict[str, Any]:
    if summary is None:
        return window_event(None, None)
    return window_event(scores_json(summary.face_distribution), scores_json(summary.mean_scores))


def _in_order(scores: Mapping[str, float] | None) -> dict[str, float]:
    return {name: scores[name] if scores else 0.0 for name in VIDEO_ORDER}
