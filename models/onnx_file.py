"""Whether a file is a whole ONNX model, told from the frame of its bytes.

An ONNX file is one Protocol Buffers message, `ModelProto`: fields one after the other, each a tag (number
and kind) and a number or a length with as many bytes. Walking along them takes no time whatever the size, and
tells a page of HTML or half a download from a model better than the errors of the libraries that parse it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26))
"""The numbers of ModelProto's fields (onnx.proto)."""
_GRAPH = 7
_NUMBER, _BYTES = 0, 2
_LFS = b"version https://git-lfs"


class _Cut(Exception):  # noqa: N818 - it says where the walk ended
    pass


def flaw(path: Path) -> str | None:
    """What is wrong with the file as an ONNX model, as the rest of a sentence; `None` where nothing is.

    Raises `OSError` where it cannot be read.
    """
    size = path.stat().st_size
    if not size:
        return "is empty"
    with path.open("rb") as file:
        start = file.read(len(_LFS))
        if start == _LFS:
            return "is a pointer of Git LFS, not the model it stands for"
        file.seek(0)
        try:
            found = _walk(file, size)
        except _Cut:
            return "is cut short"
    if found is None:
        return f"is not an ONNX model (it begins with {start[:12]!r})"
    return None if _GRAPH in found else "is cut short"


def _walk(file: BinaryIO, size: int) -> set[int] | None:
    """The numbers of the fields in the file; `None` where there is anything that is none of ModelProto's."""
    found: set[int] = set()
    while file.tell() < size:
        tag = _varint(file)
        number, kind = tag >> 3, tag & 7
        if number not in _FIELDS or kind not in (_NUMBER, _BYTES):
            return None
        value = _varint(file)
        if kind == _BYTES:
            if value > size - file.tell():
                raise _Cut
            file.seek(value, os.SEEK_CUR)
        found.add(number)
    return found


def _varint(file: BinaryIO) -> int:
    """Seven bits a byte, the least first, the eighth bit saying that more follow."""
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise _Cut
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    return value
