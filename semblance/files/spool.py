"""Text that waits on disk: one temporary file for all that waits, however many wait."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PART = 1 << 16
"""Bytes held in memory before they are written."""


class Spool:
    """A nameless file in `folder` (the system's temporary one unless given), gone when this is closed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._end = 0

    def write(self, data: bytes) -> tuple[int, int]:
        """Where it is kept. Raises `OSError`."""
        self._file.seek(self._end)
        self._file.write(data)
        place = self._end, len(data)
        self._end += len(data)
        return place

    def read(self, place: tuple[int, int]) -> bytes:
        self._file.seek(place[0])
        return self._file.read(place[1])

    def close(self) -> None:
        self._file.close()


class Waiting:
    """Text that waits in a spool to be taken out again, once, in the parts it was put in."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._places: list[tuple[int, int]] = []
        self._last: list[str] = []
        self._size = 0

    def put(self, text: str) -> None:
        self._last.append(text)
        self._size += len(text)
        if self._size >= _PART:
            self._places.append(self._spool.write("".join(self._last).encode()))
            self._last, self._size = [], 0

    def take(self) -> Iterator[str]:
        for place in self._places:
            yield self._spool.read(place).decode()
        if self._last:
            yield "".join(self._last)
        self._places, self._last, self._size = [], [], 0
