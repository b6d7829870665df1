"""What a GIF's first picture is made from: palette and blocks, without comments and later pictures."""

from __future__ import annotations

import struct

from stream.picture.encoded import Encoded
from stream.picture.failure import unreadable

SIGNATURES = b"GIF87a", b"GIF89a"

_SCREEN = struct.Struct("<HHB")
_PLACE = struct.Struct("<HHHHB")
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_INTERLACED = 0x40
_CONTROL = 0xF9  # says which colour is transparent


def gif(data: bytes) -> Encoded:
    """The first picture that has an area. Raises `PictureError`."""
    try:
        return _first(data)
    except (struct.error, IndexError):
        raise unreadable("is a GIF that breaks off before its first picture") from None


def _first(data: bytes) -> Encoded:
    width, height, flags = _SCREEN.unpack_from(data, 6)
    at = 13 + _palette(flags)
    head, control = data[:at], b""
    while data[at] != _END:
        if data[at] == _EXTENSION:
            end = _after_blocks(data, at + 2)
            if data[at + 1] == _CONTROL:
                control = data[at:end]
        elif data[at] == _PICTURE:
            left, top, across, down, flags = _PLACE.unpack_from(data, at + 1)
            end = _after_blocks(data, at + 11 + _palette(flags))
            if across and down:
                size = max(width, left + across), max(height, top + down)
                return Encoded(size, head + control + data[at:end], in_passes=bool(flags & _INTERLACED))
        else:
            end = at + 1
        at = end
    raise unreadable("is a GIF without a picture")


def _palette(flags: int) -> int:
    """Its bytes."""
    return 6 << (flags & 7) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks ends; past the end of the data where it breaks off."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1
