"""How many calls may be under way at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from web.emotion.admission import too_many

if TYPE_CHECKING:
    from collections.abc import Iterator


class Room:
    """Has so many places; who finds none is sent away instead of waiting."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Raises `EmotionError` where there is none."""
        if self._taken >= self._places:
            raise too_many("Too many pictures are being read.", 1)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
