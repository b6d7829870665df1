"""Scores as JSON: four digits each, and still summing to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.steps import STEPS, score_steps
from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from inference.reading import Scores


def scores_json(scores: Scores | None) -> dict[str, float] | None:
    """The eight scores by name, rounded to 0.0001 so that they sum to exactly one."""
    if scores is None:
        return None
    return {emotion: count / STEPS for emotion, count in zip(EMOTIONS, score_steps(scores), strict=True)}
