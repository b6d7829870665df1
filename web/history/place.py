"""A place in the history: where a page ended, so that the next goes on there however much is added."""

from __future__ import annotations

import re
from typing import NamedTuple

_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([A-Za-z0-9_-]{1,64})")


class Place(NamedTuple):
    """`at` in microseconds since the epoch; `mark` tells apart what is of the same time."""

    at: int
    mark: str

    @property
    def cursor(self) -> str:
        """What a client brings back."""
        return f"{self.at}.{self.mark}"

    @classmethod
    def of(cls, cursor: str) -> Place:
        """Raises `ValueError` with a sentence where no page ever ended at such a place."""
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise ValueError("This is no cursor; take the nextCursor of the page before, as it is.")
        return cls(int(match[1]), match[2])
