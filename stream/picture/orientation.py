"""Which way up a picture was taken: EXIF's orientation, read and undone."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDEWAYS = 5
"""From this one on a picture lies on its side: its width is its height."""

_TAG = 0x0112
_SHORT = 3
_AS_IT_IS = 1
_MOST_ENTRIES = 1000


def orientation(exif: bytes) -> int:
    """1 to 8 as EXIF numbers them; 1, as it is, where nothing or nonsense is said."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return _AS_IT_IS
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(min(count, _MOST_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == _TAG:
                return value if kind == _SHORT and 1 <= value <= 8 else _AS_IT_IS
    except struct.error:  # it breaks off
        pass
    return _AS_IT_IS


def upright(picture: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The picture (height, width, 3) as it is to be looked at."""
    if orientation >= SIDEWAYS:
        picture = picture.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)
