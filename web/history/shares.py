"""The distribution of faces as numbers of faces, which take fewer bytes than shares of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aggregation.steps import STEPS
from web.history.records import round_shares

if TYPE_CHECKING:
    from web.history.piece import Column

WHOLE, EIGHTHS = 1, 8
"""What is counted: faces, or eighths: one that cannot be read counts an eighth for each emotion."""
SHARES = 0
"""Nothing can be counted (faces of unequal weights, or too many): the shares themselves, in steps."""

_MOST = 0xFFFF
_ODD = 0.02
"""The part of the summaries that may need a correction. Where two remainders are alike, the last bit of a sum
decides which is rounded up; groups sum in another order.
"""


class Counted(NamedTuple):
    """Counts, an emotion a row, and by how many steps the shares differ from what the counts come to."""

    parts: int
    counts: Column
    corrections: Column | None


def counted(shares: Column, faces: Column) -> Counted:
    """`shares` in steps, an emotion a row."""
    for parts in (WHOLE, EIGHTHS):
        totals = totals_of(parts, faces.astype(np.int64), shares.max(axis=0) > 0)
        if totals.max() > _MOST:
            break
        counts = np.rint(shares * totals / STEPS).astype(np.int64)
        if not np.array_equal(counts.sum(axis=0), totals):
            continue
        corrections = shares.astype(np.int64) - uncounted(counts, totals)
        odd = np.count_nonzero(corrections.any(axis=0))
        if odd <= _ODD * shares.shape[1]:
            return Counted(parts, counts, corrections if odd else None)
    return Counted(SHARES, shares, None)


def totals_of(parts: int, faces: Column, seen: Column) -> Column:
    """What the counts of each summary sum to."""
    return np.where(seen, faces * parts if parts else STEPS, 0)


def uncounted(counts: Column, totals: Column) -> Column:
    """The shares in steps, worked out as the live messages' are."""
    shares: np.ndarray[Any, np.dtype[np.float64]] = counts / np.maximum(totals, 1)
    return round_shares(shares)
