"""The parts of a video's processing result, as the contract of 2015-2018 names and orders them.

All times are whole ticks. Fragments follow each other and do not overlap; those that hold events hold an
array of them for each interval, so that `duration` is `interval` times their number.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VIDEO_ORDER = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""The order of keys in video results; those of pictures are alphabetical."""

WINDOWS_PER_FRAGMENT = 4
FRAMES_PER_FRAGMENT = 60


def head_json(timescale: int, framerate: float, width: int, height: int) -> dict[str, Any]:
    """What stands before the fragments. Pictures are upright here, whatever a medium says of turning them.

    A whole frame rate is a whole number: clients exist that read no other.
    """
    return {
        "version": 1,
        "timescale": timescale,
        "offset": 0,
        "framerate": int(framerate) if framerate.is_integer() else framerate,
        "width": width,
        "height": height,
        "rotation": 0,
    }


def fragment_json(start: int, interval: int, events: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """A fragment with an array of events for each interval."""
    return {"start": start, "duration": len(events) * interval, "interval": interval, "events": events}


def fragment_text(start: int, interval: int, events: list[str]) -> str:
    """As `fragment_json`, of events that are text already."""
    empty = encode(fragment_json(start, interval, []) | {"duration": len(events) * interval})
    return f"{empty[:-2]}{','.join(events)}]}}"


def gap_json(start: int, duration: int) -> dict[str, Any]:
    """A fragment without any face, or of which nothing is known."""
    return {"start": start, "duration": duration}


def window_event(
    distribution: Mapping[str, float] | None, mean: Mapping[str, float] | None
) -> dict[str, Any]:
    """The event of one window. Zeros where no face was seen: only here, because the contract says so."""
    return {"windowFaceDistribution": in_order(distribution), "windowMeanScores": in_order(mean)}


def in_order(scores: Mapping[str, float] | None) -> dict[str, float]:
    """Scores in the order of video results, or zeros."""
    return {name: scores[name] if scores else 0.0 for name in VIDEO_ORDER}


def encode(document: Any) -> str:
    """JSON without a blank."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False)
