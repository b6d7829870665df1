"""The documents of the Emotion API's answers, for its description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from web.documents import Document


class FaceRectangle(BaseModel):
    """Whole pixels of the upright picture."""

    left: int
    top: int
    width: int
    height: int


class EmotionScores(BaseModel):
    """They sum to one."""

    anger: float
    contempt: float
    disgust: float
    fear: float
    happiness: float
    neutral: float
    sadness: float
    surprise: float


class RecognizedFace(Document):
    face_rectangle: FaceRectangle
    scores: EmotionScores


class Fragment(BaseModel):
    """Times are ticks. Without events nothing was seen in it."""

    start: int
    duration: int
    interval: int | None = None
    events: list[list[dict[str, Any]]] = []


class ProcessingResult(BaseModel):
    """What a video shows; in an operation's status it is a string that holds this."""

    version: int
    timescale: int
    offset: int
    framerate: float
    width: int
    height: int
    rotation: int
    fragments: list[Fragment]
