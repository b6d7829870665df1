"""What a JPEG's picture is made from: the segments up to its end, without metadata."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stream.picture.encoded import Encoded
from stream.picture.failure import unreadable
from stream.picture.orientation import orientation

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\xff\xd8\xff"
MOST_SCANS = 50
"""Hundreds of thousands of empty scans would take hours over a large picture; those of cameras have ten."""

_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])", re.DOTALL)  # not those that the coded picture holds
_ALONE = frozenset({0x01, 0xD8, 0xD9})
_START_OF_SCAN, _END = 0xDA, 0xD9
_JFIF, _EXIF, _ADOBE = 0xE0, 0xE1, 0xEE
_ABOUT = frozenset({*range(0xE0, 0xF0), 0xFE}) - {_JFIF, _ADOBE}  # these two say how colours are coded
_PROGRESSIVE = 0xC2
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def jpeg(data: bytes) -> Encoded:
    """The first picture of a file, of several (MPO) too. Raises `PictureError`."""
    kept, turned, size, in_passes = [data[:2]], 1, None, False
    for code, begin, end in _segments(data, 2):
        body = data[begin + 4 : end]
        if code == _START_OF_SCAN:
            if size is None:
                break
            kept.append(_scans(data, begin))
            return Encoded(size, b"".join(kept), turned, b"\xff\xd9", in_passes=in_passes)
        if code in _SIZES and len(body) >= 5:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
            in_passes = code == _PROGRESSIVE
        if code == _EXIF and body.startswith(b"Exif\0\0") and turned == 1:
            turned = orientation(body)
        if code not in _ABOUT:
            kept.append(data[begin:end])
    raise unreadable("is a JPEG without a picture")


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each one's code, where it begins and where it ends; what lies between them is passed over."""
    while marker := _MARKER.search(data, at):
        code, begin, at = marker[1][0], marker.end() - 2, marker.end()
        if code not in _ALONE:
            at += max(int.from_bytes(data[at : at + 2], "big"), 2)
        yield code, begin, at


def _scans(data: bytes, begin: int) -> bytes:
    """From the first scan to the end of this picture."""
    scans = 0
    for code, at, end in _segments(data, begin):
        if end > len(data):
            return data[begin:at]
        scans += code == _START_OF_SCAN
        if scans > MOST_SCANS:
            raise unreadable(f"is a JPEG of more than {MOST_SCANS} scans")
        if code == _END:
            return data[begin:end]
    return data[begin:]
