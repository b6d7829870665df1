"""What the scores were before and after a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from web.history.queries.part import face_weights

if TYPE_CHECKING:
    from web.history.summaries import Summaries

Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Side(NamedTuple):
    """The windows of one side taken together. `mean` and `distribution` are `None` where no face was seen."""

    windows: int
    coverage: float
    mean: Numbers | None
    distribution: Numbers | None


class Around(NamedTuple):
    before: Side
    after: Side

    @property
    def difference(self) -> Numbers | None:
        """By how much each mean score rose; `None` unless a face was seen on both sides."""
        if self.before.mean is None or self.after.mean is None:
            return None
        return self.after.mean - self.before.mean


def around(rows: Summaries, at: int) -> Around:
    """Windows that reach over the moment (microseconds) saw both sides and count for neither."""
    return Around(_side(rows[rows["end"] <= at]), _side(rows[rows["start"] >= at]))


def _side(rows: Summaries) -> Side:
    weights = face_weights(rows["weight"], rows["faces"], rows["seen"])
    total = float(weights.sum())
    coverage = float(rows["coverage"].mean()) if len(rows) else 0.0
    if not total:
        return Side(len(rows), coverage, None, None)
    mean, distribution = (weights @ rows[name] / total for name in ("mean", "distribution"))
    return Side(len(rows), coverage, mean, distribution)
