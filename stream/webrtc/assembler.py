"""Whole coded pictures from RTP packets that come twice, out of order or never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.webrtc.depayload import Fragment

_PATIENCE = 0.25  # seconds a missing packet is waited for: time to ask for it again and get it
_CAPACITY = 2048  # packets held back for a missing one


class Unwrapper:
    """Makes counters of `bits` bits that start again at 0 into ones that do not."""

    def __init__(self, bits: int) -> None:
        self._size = 1 << bits
        self._last: int | None = None

    def unwrap(self, value: int) -> int:
        if self._last is None:
            self._last = value
        step = (value - self._last) % self._size
        self._last += step if step < self._size // 2 else step - self._size
        return self._last


@dataclass(frozen=True, slots=True)
class Assembled:
    """A coded picture; `timestamp` is RTP's, unwrapped, `arrived` when its first packet came (monotonic)."""

    timestamp: int
    arrived: float
    data: bytes
    key: bool
    disposable: bool


@dataclass(frozen=True, slots=True)
class _Packet:
    timestamp: int
    marker: bool
    fragment: Fragment
    arrived: float


class Assembler:
    """Pictures come out in order; `lost` counts the holes that were given up."""

    def __init__(self) -> None:
        self.lost = 0
        self._sequence = Unwrapper(16)
        self._timestamp = Unwrapper(32)
        self._packets: dict[int, _Packet] = {}
        self._next: int | None = None
        self._end = 0  # of the packets from `_next` on that follow each other without a hole
        self._incomplete_since: float | None = None

    def add(
        self, sequence: int, timestamp: int, marker: bool, fragment: Fragment, now: float
    ) -> list[Assembled]:
        number = self._sequence.unwrap(sequence)
        if self._next is None or abs(number - self._next) > _CAPACITY:
            self._restart(number)
        assert self._next is not None
        if number < self._next or number in self._packets:
            return []
        self._packets[number] = _Packet(self._timestamp.unwrap(timestamp), marker, fragment, now)
        pictures = self._complete()
        if len(self._packets) <= self._end - self._next:
            self._incomplete_since = None
        elif self._incomplete_since is None:
            self._incomplete_since = now
        elif now - self._incomplete_since > _PATIENCE:
            self._give_up()
            pictures += self._complete()
        return pictures

    def _restart(self, number: int) -> None:
        self.lost += self._next is not None
        self._packets.clear()
        self._next = self._end = number
        self._incomplete_since = None

    def _complete(self) -> list[Assembled]:
        pictures: list[Assembled] = []
        assert self._next is not None
        while packet := self._packets.get(self._end):
            if self._end > self._next and packet.timestamp != self._packets[self._next].timestamp:
                pictures += self._take()  # the end of the picture before was not marked
            self._end += 1
            if packet.marker:
                pictures += self._take()
        return pictures

    def _take(self) -> list[Assembled]:
        assert self._next is not None
        packets = [self._packets.pop(number) for number in range(self._next, self._end)]
        self._next = self._end
        data = b"".join(packet.fragment.data for packet in packets)
        if not data:
            return []
        key = any(packet.fragment.key for packet in packets)
        disposable = packets[0].fragment.disposable
        return [Assembled(packets[0].timestamp, packets[0].arrived, data, key, disposable)]

    def _give_up(self) -> None:
        """Goes on after the hole, with the first packet that may begin a picture."""
        self.lost += 1
        self._incomplete_since = None
        assert self._next is not None
        for number in range(self._next, self._end):
            del self._packets[number]
        begins = [number for number in sorted(self._packets) if self._begins(number)]
        self._next = self._end = begins[0] if begins else max(self._packets) + 1
        for number in [number for number in self._packets if number < self._next]:
            del self._packets[number]

    def _begins(self, number: int) -> bool:
        packet, before = self._packets[number], self._packets.get(number - 1)
        if not packet.fragment.start:
            return False
        return before is None or before.marker or before.timestamp != packet.timestamp
