"""Says in the log when the service cannot keep up, and when it can again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from web.service import SHEDDING

if TYPE_CHECKING:
    from collections.abc import Collection

_CALM = SHEDDING / 2
"""Where the share of each stream must have fallen to before it counts as over."""

_log = logging.getLogger("semblance.overload")


class Overload:
    """Told of the streams' shares of shed frames, it logs the edges alone."""

    def __init__(self) -> None:
        self.is_on = False

    def watch(self, shares: Collection[float]) -> None:
        shedding = [share for share in shares if share >= SHEDDING]
        if not self.is_on and shedding:
            self.is_on = True
            _log.warning(
                "Overloaded: %d of %d streams lose frames, the one that loses most %.0f %% of them. "
                "Fewer streams, a lower fps or detail, or another device would help; priorities say whose "
                "frames go first.",
                len(shedding),
                len(shares),
                100 * max(shedding),
            )
        elif self.is_on and max(shares, default=0.0) < _CALM:
            self.is_on = False
            _log.info("No longer overloaded: all wanted frames of the last seconds were analysed.")
