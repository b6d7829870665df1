"""Says in the log when the service cannot keep up, and when it can again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from web.service import SHEDDING

if TYPE_CHECKING:
    from collections.abc import Collection

_CALM = 30.0
"""Seconds without a stream that sheds load, before it is over: a machine at its limit comes and goes."""

_log = logging.getLogger("semblance.overload")


class Overload:
    """Told of the streams' shares of shed frames, it logs the edges alone."""

    def __init__(self) -> None:
        self._shed_at: float | None = None

    def watch(self, shares: Collection[float], now: float) -> None:
        shedding = [share for share in shares if share >= SHEDDING]
        if self._shed_at is None and shedding:
            _log.warning(
                "Overloaded: %d of %d streams lose frames, the one that loses most %.0f %% of them. "
                "Fewer streams, a lower fps or detail, or another device would help; priorities say whose "
                "frames go first.",
                len(shedding),
                len(shares),
                100 * max(shedding),
            )
        if shedding:
            self._shed_at = now
        elif self._shed_at is not None and now - self._shed_at >= _CALM:
            self._shed_at = None
            _log.info("No longer overloaded: no stream has lost many frames for %.0f s.", _CALM)
