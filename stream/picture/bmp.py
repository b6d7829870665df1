"""The header of a BMP."""

from __future__ import annotations

import struct

from stream.picture.encoded import Encoded
from stream.picture.failure import unreadable

SIGNATURE = b"BM"
MOST_IN_RUNS = 5_000_000
"""Pixels of a picture in coded runs, which Pillow decodes in Python: a fifth of a second for a million."""

_OLD = 12
_IN_RUNS = frozenset({1, 2})  # of eight and of four bits
_HEADERS = frozenset({_OLD, 40, 52, 56, 64, 108, 124})


def is_bmp(data: bytes) -> bool:
    """Two letters alone begin many a text."""
    return data.startswith(SIGNATURE) and int.from_bytes(data[14:18], "little") in _HEADERS


def bmp(data: bytes) -> Encoded:
    """Raises `PictureError`."""
    try:
        old = int.from_bytes(data[14:18], "little") == _OLD
        width, height = struct.unpack_from("<HH" if old else "<ii", data, 18)
    except struct.error:
        raise unreadable("is a BMP that breaks off in its header") from None
    in_runs = not old and int.from_bytes(data[30:34], "little") in _IN_RUNS
    if in_runs and width * abs(height) > MOST_IN_RUNS:
        raise unreadable(f"is a BMP in coded runs of more than {MOST_IN_RUNS / 1e6:g} million pixels")
    return Encoded((width, abs(height)), data, upside_down=height > 0)
