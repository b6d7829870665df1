"""The measures that rules compare, of one summary: scores, faces at once, the emotion that leads.

Scores and shares are compared in whole ten-thousandths. That is what the live messages show and what history
keeps, so what decides is what is seen, and a back-test over what was kept decides alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from aggregation.summary import Summary

PARTS = 10_000


def parts(share: float) -> int:
    """Whole ten-thousandths."""
    return round(share * PARTS)


def was_seen(summary: Summary, coverage: int) -> bool:
    """Whether frames stand for so much of the window (in ten-thousandths), and for any of it."""
    return summary.frames > 0 and round(summary.coverage * PARTS) >= coverage


def score(summary: Summary, emotion: int, measure: Literal["mean", "share"]) -> int | None:
    """The emotion's mean score, or the share of faces that show it, in ten-thousandths; `None` for none."""
    scores = summary.mean_scores if measure == "mean" else summary.face_distribution
    return None if scores is None else round(scores[emotion] * PARTS)


def is_readable(summary: Summary) -> bool:
    """Whether its scores say anything (they do not where all are alike), or there was no face to read."""
    scores = summary.mean_scores
    if scores is None:
        return not summary.faces
    return round(max(scores) * PARTS) > round(min(scores) * PARTS)


def faces_at_once(summary: Summary) -> int:
    """Faces in a frame, on average, a half rounded up. Of a group: in a frame of any of its streams."""
    frames = summary.frames
    return (2 * summary.faces + frames) // (2 * frames) if frames else 0


class Leader(NamedTuple):
    """The emotion of the highest mean score, and its lead over the next in ten-thousandths."""

    emotion: str
    lead: int


def leader(summary: Summary) -> Leader | None:
    """`None` where there are no scores."""
    if summary.mean_scores is None:
        return None
    scores = [round(each * PARTS) for each in summary.mean_scores]
    second, first = sorted(scores)[-2:]
    return Leader(EMOTIONS[scores.index(first)], first - second)
