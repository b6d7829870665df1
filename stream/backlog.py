"""When a decoder that has fallen behind its camera goes on with what the camera sends now."""

from __future__ import annotations

import math
from statistics import median

_BOUND = 0.8
"""Seconds that packets may wait for the decoder: a second is a clock set anew to `CaptureClock`."""
_PATIENCE = 1.0
"""Seconds for which they must. What a network held back comes all at once, and is soon made up for."""
_AT_ONCE = 0.002
"""Seconds in which a packet comes that was there already. Where they always were, on two cores with up to six
busy threads beside, 92 to 97 % came within them, the rest up to 0.13 s later, together 2 to 8 % of the time.
"""
_EDGE = 0.5
"""Seconds in which a network shows that it brings packets no faster than they were filmed."""
_LONGEST = 4.0
"""Seconds without a key frame after which decoding goes on with whatever comes: less than the usual limit for
silence, which ends what brings no picture even so.
"""
_WINDOW = 300.0
"""Seconds. A clock that runs slow by a ten-thousandth is 0.06 s behind after two of them."""
_JUMP = 30.0


class Backlog:
    """Told of each packet of a live medium as it is taken, how much later than the soonest for its time.

    A decoder that is too slow takes the packets out of the buffers of network and system later and later, for
    minutes, and hardly ever waits for one. Then all that waits is left out, and decoding goes on at a key
    frame. Where it was the packets that it waited for, that is how late they come from now on.
    """

    def __init__(self) -> None:
        self._before = self._newest = math.inf  # the least offsets of two windows
        self._begun = -math.inf
        self._late_since: float | None = None
        self._waits: list[float] = []  # since then
        self._skipping: tuple[float, float] | None = None
        self._seconds = -math.inf

    def skips(self, seconds: float, now: float, waited: float, *, key: bool) -> bool:
        """Whether a packet is left out; `seconds` is its decoding time, `now` when it was taken, after
        one had `waited` so many seconds for it.
        """
        late = self._lateness(seconds, now)
        if self._skipping is not None:
            if self._goes_on(late, seconds, now, key=key):
                self._skipping = None
        elif late <= _BOUND:
            self._late_since = None
        elif self._late_since is None:
            self._late_since, self._waits = now, []
        else:
            self._waits.append(waited)
            if now - self._late_since > _PATIENCE:
                self._judge(seconds, now, waited)
        return self._skipping is not None

    def _judge(self, seconds: float, now: float, waited: float) -> None:
        """Which of the two is slow, after packets have come late for long: they are, where there was a wait
        for most of them, or for most of the time.
        """
        assert self._late_since is not None
        if median(self._waits) >= _AT_ONCE or sum(self._waits) > (now - self._late_since) / 2:
            self._anchor(now - seconds, now)
        elif waited < _AT_ONCE:
            self._skipping = (seconds, now)
        else:
            return  # nothing waits just now
        self._late_since = None

    def _lateness(self, seconds: float, now: float) -> float:
        offset = now - seconds
        if seconds < self._seconds or offset - self._least > _JUMP:
            self._anchor(offset, now)  # the medium's clock was set anew
        elif now - self._begun > _WINDOW:
            self._before, self._newest, self._begun = self._newest, offset, now
        self._newest = min(self._newest, offset)
        self._seconds = seconds
        return offset - self._least

    @property
    def _least(self) -> float:
        return min(self._before, self._newest)

    def _anchor(self, offset: float, now: float) -> None:
        self._before, self._newest, self._begun = math.inf, offset, now

    def _goes_on(self, late: float, seconds: float, now: float, *, key: bool) -> bool:
        """Whether this packet is the one to go on with."""
        assert self._skipping is not None
        from_seconds, since = self._skipping
        overdue = now - since > _LONGEST
        if late <= _BOUND / 2:
            return key or overdue
        at_the_edge = now - since >= _EDGE and seconds - from_seconds <= 1.5 * (now - since)
        if not (overdue or (key and at_the_edge)):
            return False
        self._anchor(now - seconds, now)
        return True
