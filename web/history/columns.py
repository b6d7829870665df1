"""Columns of whole numbers as bytes that compress well: differences, without a sign, by byte planes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.history.piece import Column

Narrow: TypeAlias = np.ndarray[Any, np.dtype[np.uint16]]
"""A column a row, of numbers below 65,536."""
Bytes: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]


def narrow_planes(columns: Narrow) -> tuple[bytes, bytes]:
    """The low and the high bytes, column by column. Differences wrap around, and so back."""
    steps = np.diff(columns, axis=1, prepend=np.uint16(0)).astype(np.int16)
    unsigned = ((steps << 1) ^ (steps >> 15)).astype(np.uint16)
    return (unsigned & 0xFF).astype(np.uint8).tobytes(), (unsigned >> 8).astype(np.uint8).tobytes()


def narrow_columns(low: Bytes, high: Bytes, count: int) -> Narrow:
    """The columns that were split into these planes, each of `count` numbers."""
    unsigned = high.astype(np.uint16)
    unsigned <<= 8
    unsigned |= low
    steps = unsigned >> 1
    steps ^= -(unsigned & 1)
    return np.cumsum(steps.reshape(-1, count), axis=1, dtype=np.uint16)


def wide_planes(columns: Sequence[Column]) -> tuple[bytes, bytes]:
    """How many bytes each column's numbers take (0 to 8), and the planes, column by column."""
    widths, planes = [], []
    for column in columns:
        steps = np.diff(column, prepend=np.int64(0))
        unsigned = ((steps << 1) ^ (steps >> 63)).astype("<u8")
        width = (int(unsigned.max()).bit_length() + 7) // 8
        widths.append(width)
        planes.append(unsigned.view(np.uint8).reshape(-1, 8)[:, :width].T.tobytes())
    return bytes(widths), b"".join(planes)


def wide_columns(widths: bytes, planes: Bytes, count: int) -> list[Column]:
    """The columns that were split so, each of `count` numbers."""
    columns, begin = [], 0
    for width in widths:
        unsigned = np.zeros(count, np.uint64)
        for place in range(width):
            unsigned |= planes[begin : begin + count].astype(np.uint64) << np.uint64(8 * place)
            begin += count
        steps = (unsigned >> np.uint64(1)) ^ -(unsigned & np.uint64(1))
        columns.append(np.cumsum(steps.view(np.int64)) if width else steps.view(np.int64))
    return columns
