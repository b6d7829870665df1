"""Cuts: whether a picture shows another scene than the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS, _COLUMNS = 18, 32


class Cuts:
    """Compares each picture of one stream with the last.

    Few pixels suffice. Both must hold: the picture differs in structure (correlation below 0.5, which a lamp
    switched on or a camera's exposure does not cause), and by much (15 of 255 levels on average, which noise
    in a dark or empty picture does not reach).
    """

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None

    def is_cut(self, luma: NDArray[np.uint8]) -> bool:
        now, last = _thumbnail(luma), self._last
        self._last = now
        if last is None:
            return False
        if len(last) != len(now):
            return True
        if float(np.abs(now - last).mean()) < 15:
            return False
        now, last = now - now.mean(), last - last.mean()
        return float(now @ last) < 0.5 * float(np.sqrt((now @ now) * (last @ last)))


def _thumbnail(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every so many pixels, one; always as many of a picture of the same size."""
    height, width = luma.shape
    return luma[:: -(-height // _ROWS), :: -(-width // _COLUMNS)].astype(np.float32).ravel()
