"""Dominance: which emotion stands out in mean scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.reading import EMOTIONS

if TYPE_CHECKING:
    from inference.reading import Scores

_ALIKE = 1e-9
"""Mean scores that differ by less than this are all alike."""


def dominant(mean: Scores | None) -> str | None:
    """The emotion of the highest mean score; none where all are alike, for then no face could be read."""
    if mean is None or max(mean) - min(mean) < _ALIKE:
        return None
    return EMOTIONS[mean.index(max(mean))]
