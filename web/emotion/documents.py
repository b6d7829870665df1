"""The documents of the Emotion API's answers, for its description."""

from __future__ import annotations

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
