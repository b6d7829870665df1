"""H.264 parameter sets that a sender states in its SDP, and perhaps nowhere else (RFC 6184, 8.2.2)."""

from __future__ import annotations

import base64
import binascii
import re

_START_CODE = b"\0\0\0\1"
_SEQUENCE = re.compile(rb"\x00\x00\x01[\x07\x27\x47\x67]")
_HEAD = 512  # bytes in which a key picture has its own, if it has them


def stated_sets(parameters: str) -> bytes:
    """Those of an `a=fmtp` line, each behind a start code; empty where there are none or they are damaged."""
    for part in parameters.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "sprop-parameter-sets":
            try:
                units = [base64.b64decode(unit, validate=True) for unit in value.split(",")]
            except (binascii.Error, ValueError):
                return b""
            return b"".join(_START_CODE + unit for unit in units if unit)
    return b""


def complete(sets: bytes, picture: bytes) -> bytes:
    """A key picture with what is needed to decode it."""
    return picture if not sets or _SEQUENCE.search(picture, 0, _HEAD) else sets + picture
