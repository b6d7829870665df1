"""The search for the most that is carried: doubled until it is too much, then halved in between."""

from __future__ import annotations

MOST = 1024
_CLOSE = 20
"""A twentieth of the answer is near enough, and one stream of a small one."""


class Search:
    """Says what to try `next`, and is told what became of it. `carried` is the most that was."""

    def __init__(self, most: int = MOST) -> None:
        self.carried = 0
        self.too_many: int | None = None
        self._most = most
        self._less = 1

    def next(self) -> int | None:
        """How many to try; `None` once the answer is known closely enough."""
        if self.too_many is None:
            return None if self.carried >= self._most else min(max(1, 2 * self.carried), self._most)
        if self.too_many - self.carried <= step(self.carried):
            return None
        return (self.carried + self.too_many) // 2

    def tell(self, tried: int, *, carried: bool) -> None:
        if carried:
            self.carried = max(self.carried, tried)
        else:
            self.too_many = tried if self.too_many is None else min(self.too_many, tried)

    def retreat(self) -> None:
        """What was carried was not when it was looked at for longer: a little less may be. Each time twice as
        much is given up, so that it takes few trials to reach one stream, and none when that does not hold.
        """
        least = min(1, self.carried - 1)
        self.too_many = self.carried
        self.carried = max(least, self.carried - self._less * step(self.carried))
        self._less *= 2


def step(streams: int) -> int:
    """How close to each other two numbers of streams are told apart."""
    return max(1, streams // _CLOSE)
