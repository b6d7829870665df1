"""Scores in steps of 0.0001: as they are shown, kept and compared."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference.reading import Scores

STEPS = 10_000  # one step is the last digit that is written


def score_steps(scores: Scores) -> list[int]:
    """The scores in steps of 0.0001, which sum to exactly 10,000.

    Each is rounded down, and the steps that are missing then go to those that lost most (the largest
    remainder method), so none moves by a whole step and a larger score never ends below a smaller one.
    """
    total = sum(scores)
    if not total > 0.0:
        raise ValueError(f"The scores {scores} do not sum to one.")
    exact = [score * STEPS / total for score in scores]
    steps = [floor(value) for value in exact]
    missing = STEPS - sum(steps)
    if missing:
        order = sorted(range(len(exact)), key=lambda index: steps[index] - exact[index])
        for index in order[:missing]:
            steps[index] += 1
    return steps
