"""What a PNG's picture is made from: its chunks without texts, profiles and animation."""

from __future__ import annotations

import struct

from stream.picture.encoded import Encoded
from stream.picture.failure import unreadable
from stream.picture.orientation import orientation

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_HEAD = struct.Struct(">I4s")
_END = b"\0\0\0\0IEND\xae\x42\x60\x82"
_OF_THE_PICTURE = frozenset({b"PLTE", b"tRNS", b"IDAT"})


def png(data: bytes) -> Encoded:
    """The picture itself, of an animated one too. Raises `PictureError`."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise unreadable("is a PNG without a header")
    at = 8 + 12 + int.from_bytes(data[8:12], "big")
    kept, turned = [data[:at]], 1
    while at + _HEAD.size <= len(data):
        length, kind = _HEAD.unpack_from(data, at)
        end = at + 12 + length
        if kind in _OF_THE_PICTURE:
            kept.append(data[at:end])
        elif kind == b"eXIf":
            turned = orientation(data[at + 8 : end - 4])
        elif kind == b"IEND":
            break
        at = end
    if at <= len(data):
        kept.append(_END)
    width, height = struct.unpack_from(">II", data, 16)
    return Encoded((width, height), b"".join(kept), turned, in_passes=bool(data[28]))
