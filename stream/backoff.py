"""How long to wait before the next attempt: exponential, full jitter, a cap, forgotten after a healthy while.

Full jitter after M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): cameras that
went down together are not asked again in step.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Backoff:
    """Seconds throughout. The nth wait, from 0 on, is anything up to `first * 2**n` and up to `cap`;
    `chance` yields numbers from 0 to 1.
    """

    def __init__(
        self,
        *,
        first: float = 1.0,
        cap: float = 60.0,
        healthy: float = 30.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._cap = cap
        self._healthy = healthy
        self._chance = chance
        self._failures = 0

    def after(self, ran: float) -> float:
        """The wait after an attempt that had run for so long before it failed."""
        if ran >= self._healthy:
            self._failures = 0
        ceiling = min(self._cap, self._first * 2.0**self._failures)
        if ceiling < self._cap:
            self._failures += 1
        return ceiling * self._chance()
