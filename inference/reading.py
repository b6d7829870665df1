"""What inference reads from a frame: its faces, and the eight emotion scores of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
"""The one order of the eight emotions, everywhere."""

Scores: TypeAlias = tuple[float, ...]
"""Eight shares in the order of `EMOTIONS`; they sum to one."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the source's frame; may reach over the frame's edge."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Face:
    """One face in one frame.

    `id` stays with a face while it is tracked. `landmarks` are five points in pixels: the person's right eye,
    left eye, nose, right and left corner of the mouth; empty where the detector marks none. `confidence` is
    the detector's, averaged over half a second where the face is followed; `quality` says how far the scores
    can be trusted (size, sharpness, pose, confidence, and what the classifier says of it). `scores` are of
    this frame alone; below a quality of 0.2 they are drawn towards an equal share for each emotion.
    """

    id: int
    box: Box
    landmarks: tuple[Point, ...]
    confidence: float
    quality: float
    scores: Scores


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one frame.

    Times and `sequence` are the frame's own; `width` and `height` its size in pixels.
    """

    stream: str
    sequence: int
    captured: float
    captured_utc: float
    pts: float | None
    width: int
    height: int
    faces: tuple[Face, ...]
