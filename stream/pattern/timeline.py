"""The timeline: which emotion is acted at which time."""

from __future__ import annotations

from dataclasses import dataclass

ACTED_ORDER = ("neutral", "happiness", "surprise", "anger", "sadness", "contempt", "fear", "disgust")


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a single acted emotion; times in seconds since the scene began."""

    emotion: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """An endless cycle through `emotions`, `hold` seconds each, beginning at second 0.

    Everybody in a scene acts it together, so the dominant emotion of the picture is known.
    A face eases from one emotion to the next during the first `ease` seconds of a segment.
    """

    hold: float = 4.0
    emotions: tuple[str, ...] = ACTED_ORDER
    ease: float = 0.6

    @property
    def cycle(self) -> float:
        """Seconds after which the timeline repeats."""
        return self.hold * len(self.emotions)

    def segment_at(self, seconds: float) -> Segment:
        index = int(seconds // self.hold)
        emotion = self.emotions[index % len(self.emotions)]
        return Segment(emotion, index * self.hold, (index + 1) * self.hold)

    def emotion_at(self, seconds: float) -> str:
        return self.segment_at(seconds).emotion

    def blend_at(self, seconds: float) -> tuple[str, str, float]:
        """The emotion before, the emotion now, and how far (0..1) a face has eased from one to the other."""
        now = self.segment_at(seconds)
        before = self.emotions[0] if now.start <= 0 else self.emotion_at(now.start - self.hold / 2)
        progress = min(1.0, (seconds - now.start) / min(self.ease, self.hold))
        return before, now.emotion, progress * progress * (3 - 2 * progress)
