"""The audience of previews: how often the keenest of many clients wants to see each stream."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

from web.interests import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

W = TypeVar("W")


class Audience(Generic[W]):
    """Counts wishes as they come and go: asking, done for each frame, costs the same however many watch."""

    def __init__(self) -> None:
        self._wishes: dict[W, Mapping[str, float]] = {}
        self._rates: dict[str, Counter[float]] = {}
        self._keenest: dict[str, float] = {}

    def want(self, watcher: W, rates: Mapping[str, float]) -> None:
        """These wishes (pictures a second, by stream or `"*"`) take the place of this watcher's earlier."""
        self.leave(watcher)
        if rates:
            self._wishes[watcher] = dict(rates)
        for stream, rate in rates.items():
            self._rates.setdefault(stream, Counter())[rate] += 1
            self._keenest[stream] = max(self._rates[stream])

    def leave(self, watcher: W) -> None:
        for stream, rate in self._wishes.pop(watcher, {}).items():
            self._withdraw(stream, rate)

    def wanted(self, stream: str) -> float:
        """Pictures a second that the keenest wants of this stream; 0 if nobody wants any."""
        return max(self._keenest.get(stream, 0.0), self._keenest.get(ALL, 0.0))

    def _withdraw(self, stream: str, rate: float) -> None:
        rates = self._rates[stream]
        rates[rate] -= 1
        if not rates[rate]:
            del rates[rate]
        if rates:
            self._keenest[stream] = max(rates)
        else:
            del self._rates[stream], self._keenest[stream]
