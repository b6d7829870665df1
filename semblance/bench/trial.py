"""A trial: what was seen while so many streams were carried, or were not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from semblance.bench.spending import Spending

ENOUGH = 0.95
"""The share of the frames that are due which must be analysed."""
_NEARLY = 0.9, 1.5


@dataclass(frozen=True, slots=True)
class Trial:
    """`due` frames were to be analysed in `seconds`, and `analysed` were; `least` is the share of the stream
    that fared worst. `p50` and `p95` are seconds from capture to reading, `faces` those in a frame.

    `others` are the cores that other programs kept busy, `memory` the bytes this one had in use, `lag` the
    seconds that 95 % of the event loop's timers were late at most.
    """

    streams: int
    seconds: float
    due: float
    analysed: int
    least: float
    p50: float | None
    p95: float | None
    spending: Spending
    others: float
    memory: int
    lag: float
    faces: float
    decoder: str

    @property
    def share(self) -> float:
        return min(1.0, self.analysed / self.due) if self.due else 0.0

    @property
    def frames_per_second(self) -> float:
        return self.analysed / self.seconds

    def carried(self, latency: float) -> bool:
        """Whether enough was analysed, and 95 % of it within `latency` seconds.

        One frame of them all may come just after the end: of few that are due it would be a large share.
        """
        enough = self.analysed >= ENOUGH * self.due - 1
        return enough and self.p95 is not None and self.p95 <= latency

    def nearly(self, latency: float) -> bool:
        """Whether it was so close that chance may have decided."""
        share, longer = _NEARLY
        return self.share >= share and self.p95 is not None and self.p95 <= longer * latency
