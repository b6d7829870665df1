"""When a picture was captured, told by the sender's own clock where that can be believed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stream.capture_clock import CaptureClock
from stream.webrtc.codecs import CLOCK_RATE

_AHEAD = 0.1  # seconds: two clocks that are set by the network lie no further apart
_BEHIND = 2.0  # older pictures than that come of a clock that is wrong
_DISAGREEMENT = 0.1
_NTP_EPOCH = 2_208_988_800  # of 1970, in seconds since 1900


@dataclass(frozen=True, slots=True)
class SenderReport:
    """RTCP's pair of times (RFC 3550, 6.4.1): at `utc`, seconds since 1970, RTP's clock said `timestamp`."""

    utc: float
    timestamp: int

    @classmethod
    def read(cls, ntp_timestamp: int, timestamp: int) -> SenderReport | None:
        """`None` where the sender does not know the time, which it says by 0."""
        return cls(ntp_timestamp / 2**32 - _NTP_EPOCH, timestamp) if ntp_timestamp else None


class SenderClock:
    """Maps RTP timestamps to the monotonic clock.

    A report is believed when it agrees with the one before it: GStreamer's first, made while nothing could be
    sent yet, is seconds off. A sender whose pictures would come from the future or from more than two seconds
    ago has a clock that is wrong. In both cases, as without reports, the arrival of the packets tells.
    """

    def __init__(self) -> None:
        self._arrivals = CaptureClock()
        self._report: SenderReport | None = None
        self._agreed = False
        self._captured = -math.inf

    def captured(
        self, timestamp: int, arrived: float, report: SenderReport | None, utc_ahead: float
    ) -> float:
        """When the picture of this (unwrapped) timestamp was captured: never after it `arrived`, never before
        an earlier one. `utc_ahead` is how far UTC is ahead of the monotonic clock.
        """
        seconds = timestamp / CLOCK_RATE
        self._arrivals.arrived(seconds, None, arrived)
        moment = self._arrivals.captured(seconds, arrived)
        if report and self._agrees(report):
            told = report.utc + _ticks(timestamp - report.timestamp) / CLOCK_RATE - utc_ahead
            if -_AHEAD <= arrived - told <= _BEHIND:
                moment = min(told, arrived)
        self._captured = max(self._captured, moment)
        return self._captured

    def _agrees(self, report: SenderReport) -> bool:
        before = self._report
        if report is not before:
            self._report = report
            self._agreed = before is not None and abs(_apart(before, report)) <= _DISAGREEMENT
        return self._agreed


def _apart(before: SenderReport, after: SenderReport) -> float:
    """By how many seconds the two give different times for the same picture."""
    return after.utc - before.utc - _ticks(after.timestamp - before.timestamp) / CLOCK_RATE


def _ticks(difference: int) -> int:
    """The difference of two 32-bit counters, the short way round."""
    return (difference + 2**31) % 2**32 - 2**31
