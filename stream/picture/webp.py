"""The header of a WebP."""

from __future__ import annotations

from stream.picture.encoded import Encoded
from stream.picture.failure import unreadable
from stream.picture.orientation import orientation


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def webp(data: bytes) -> Encoded:
    """Raises `PictureError`. A decoder takes memory for what the header says as soon as it is made."""
    size = _size(data[12:16], data[20:30])
    if size is None:
        raise unreadable("is a WebP without a picture")
    return Encoded(size, data, _orientation(data))


def _size(kind: bytes, head: bytes) -> tuple[int, int] | None:
    match kind:
        case b"VP8 " if head[3:6] == b"\x9d\x01\x2a":
            return _number(head[6:8]) & 0x3FFF, _number(head[8:10]) & 0x3FFF
        case b"VP8L" if head[:1] == b"\x2f":
            bits = _number(head[1:5])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(head) == 10:
            return _number(head[4:7]) + 1, _number(head[7:10]) + 1
    return None


def _orientation(data: bytes) -> int:
    at = 12
    while at + 8 <= len(data):
        end = at + 8 + _number(data[at + 4 : at + 8])
        if data[at : at + 4] == b"EXIF":
            return orientation(data[at + 8 : end])
        at = end + end % 2
    return 1


def _number(little: bytes) -> int:
    return int.from_bytes(little, "little")
