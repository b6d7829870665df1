"""How many calls may be under way at once, of all callers and of each."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.emotion.admission import too_many

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Room:
    """Has so many places, of which one caller gets no more than its share; who finds none is sent away.

    `full` says what takes the places ("pictures are arriving"), `again` the seconds to wait then.
    """

    places: int
    share: int
    full: str
    again: float = 1.0
    _taken: Counter[str] = field(default_factory=Counter, init=False)

    @property
    def taken(self) -> int:
        return self._taken.total()

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """Raises `EmotionError` where there is none for this caller."""
        if self.taken >= self.places:
            raise self._no_place(f"{self.taken} {self.full}", "may be at once")
        if self._taken[caller] >= self.share:
            raise self._no_place(f"{self._taken[caller]} of your {self.full}", "one caller may have at once")
        with self.kept(caller):
            yield

    @contextmanager
    def kept(self, caller: str) -> Iterator[None]:
        """A place for what was let in before, however full it is."""
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]

    def _no_place(self, what: str, most: str) -> Exception:
        return too_many(f"{what} already, as many as {most}.", self.again)
