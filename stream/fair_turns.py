"""Whose turn it is, where many want more than there is: shares by weight, and none is forgotten."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_AHEAD = 2
"""Turns that a key which missed them may make up for. Where a batch took now a fifth and now the whole of the
longest time, the key that fared worst got 0.93 of what was due to it with 1, 0.97 with 2, no more with 3.
"""

_REMEMBERED = 8
"""Turns for which a key that missed one counts as short of them."""


@dataclass(slots=True)
class _Account:
    """Until when the key has paid, what a turn costs it, the number of its last turn, and for how many more
    it counts as short of them.
    """

    paid_until: float
    cost: float = 1.0
    turn: int = -1
    short: int = 0


class FairTurns:
    """Weighted max-min fairness: each key gets turns by its weight, and what one does not need goes to the
    others by theirs, so that a slow key loses nothing while a fast one is thinned.

    That is start-time fair queueing (Goyal, Vin and Cheng, 1996): a turn costs 1 / weight of a virtual time,
    which stands where the turn begins that was given last, and the key furthest behind goes first. Turns that
    were given while nobody else waited count for nothing later on; a key that was away, were it for a moment,
    comes back up to `_AHEAD` turns ahead of the others, and a new one begins where they are.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._now = 0.0
        self._turn = 0

    def weigh(self, key: str, weight: float) -> None:
        """From here on a turn of this key costs so much; 1 for a key that was never weighed."""
        self._account(key).cost = 1 / weight

    def forget(self, key: str) -> None:
        self._accounts.pop(key, None)

    def missed(self, key: str) -> None:
        """The key has lost what it wanted a turn for."""
        self._account(key).short = _REMEMBERED

    def order(self, keys: Iterable[str]) -> list[str]:
        """Who goes first; among equals those that were served longest ago (never: first of all).

        Left out are those whose turn comes only after the next two of a key that is short of turns: many keys
        are served at once, each with one, and the sooner they are, the sooner is the turn after.
        """
        places: list[tuple[float, int, int, str]] = []
        horizon = math.inf
        for key in keys:
            account = self._account(key)
            begin = self._begin(account)
            places.append((begin, account.turn, len(places), key))  # of those never served who asks first
            if account.short:
                horizon = min(horizon, max(begin, self._now) + account.cost)
        places.sort()
        return [key for begin, _, _, key in places if begin <= horizon]

    def served(self, key: str) -> None:
        """The key has had a turn."""
        account = self._account(key)
        account.short = max(0, account.short - 1)
        begin = self._begin(account)
        account.paid_until = begin + account.cost
        account.turn = self._turn
        self._turn += 1
        self._now = max(self._now, begin)

    def _begin(self, account: _Account) -> float:
        return max(account.paid_until, self._now - _AHEAD * account.cost)

    def _account(self, key: str) -> _Account:
        account = self._accounts.get(key)
        if account is None:
            account = self._accounts[key] = _Account(paid_until=self._now)
        return account
