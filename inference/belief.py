"""Belief: which of a detector's finds are taken for faces, by score and size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from inference.detections import Detections

READABLE = 24
"""Pixels of a picture. The smaller a face is than this, the surer the detector must be of it.

Most of what detectors take for a face by mistake is small. Against leaving all of those out, a rising demand
finds 40 % more faces for the same number of mistakes (`tests.bench.bench_precision`).
"""
WEAK = 0.6
"""Down to this part of the confidence that is reported, a detection keeps the track of a face alive."""
_SURE = 0.9
"""More is never demanded."""


def believed(found: Detections, confidence: float, smallest: float) -> Detections:
    """The finds at least `smallest` pixels wide and high, scored `WEAK` times `confidence` or higher.

    Small ones must have all of `confidence`, and more: by the cube root of what they lack of `READABLE`.
    """
    if not len(found):
        return found
    sides = found.boxes[:, 2:].min(1)
    demand = np.minimum(confidence * np.cbrt(READABLE / np.maximum(sides, 1)), max(_SURE, confidence))
    demand[sides >= READABLE] = confidence * WEAK
    return found.chosen((found.scores >= demand) & (sides >= smallest))
