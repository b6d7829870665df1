"""Agreement: a face's box and landmarks as the mean of all candidates that mean the same face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.detections import Detections, overlaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_FACE = 0.5
"""Candidates that share this much (intersection over union) with a face's best have a say in where it is."""


def agreed(found: Detections, kept: NDArray[np.intp]) -> Detections:
    """The detections `kept` of one picture, each where the candidates that overlap it agree it is.

    They are weighted by score and overlap (box voting, Gidaris and Komodakis 2015). Suppression throws them
    away, but each was estimated by itself: their mean errs less than the best. The scores stay.
    """
    best = found.chosen(kept)
    shared = overlaps(best.boxes, found.boxes)
    weights = np.where(shared >= SAME_FACE, shared * found.scores, 0)
    # The best always has a say; a box without an area shares nothing with itself.
    weights[np.arange(len(kept)), kept] = np.maximum(found.scores[kept], 1e-6)
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    landmarks = None
    if found.landmarks is not None:
        landmarks = (weights @ found.landmarks.reshape(-1, 10)).reshape(-1, 5, 2)
    return Detections(weights @ found.boxes, landmarks, best.scores)
