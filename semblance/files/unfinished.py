"""Recordings that were never finished: an MP4 or QuickTime file without the index that it ends with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 8
_MOST_BOXES = 10_000


def lacks_index(path: Path) -> bool:
    """Whether a file begins like an MP4 and has no `moov` box (ISO/IEC 14496-12, 8.2.1). Raises `OSError`."""
    with path.open("rb") as file:
        names = _boxes(file, os.fstat(file.fileno()).st_size)
    return bool(names) and names[0] == b"ftyp" and b"moov" not in names


def _boxes(file: BinaryIO, end: int) -> list[bytes]:
    """The names of the boxes at the top, up to one that is not whole."""
    names = []
    for _ in range(_MOST_BOXES):
        head = file.read(_HEAD)
        size, skipped = int.from_bytes(head[:4], "big"), _HEAD
        if size == 1:  # the size stands after the name
            size, skipped = int.from_bytes(file.read(8), "big"), 16
        if size < skipped or file.tell() + size - skipped > end:  # 0: it goes on to the end of the file
            break
        names.append(head[4:])
        file.seek(size - skipped, os.SEEK_CUR)
    return names
