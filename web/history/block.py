"""A block: some thousand summaries of one series in few bytes, given back bit for bit.

Columns, not rows, and of each its differences. What follows from other columns is left out, or stored as
what it differs by: scores sum to 10,000 steps, so the one that would take most is left out; ends and
sequences go on as usual; in windows of equal weights each face weighs 1. Low bytes compress badly, high ones
well: they are kept apart.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from aggregation.steps import STEPS
from inference.reading import EMOTIONS
from web.history.columns import Bytes, narrow_columns, narrow_planes, wide_columns, wide_planes
from web.history.piece import Column, Piece, pieces_of
from web.history.records import RECORD, WEIGHT_STEPS
from web.history.shares import counted, totals_of, uncounted

PLAIN, PACKED = 0, 1
"""The forms: records as they are, for what does not come back from the other; and what is said above."""

_HEAD = struct.Struct("<BBBBBIIqqq")
"""Form; the mean score and the share that are left out; what shares are counted in (`web.history.shares`) and
whether they are corrected; how many summaries; bytes of the first compressed part; the first end, the usual
time to the next, the first sequence. A CRC-32 of all that is before it ends the block.
"""
_CHECK = 4
_WIDE = 6
_LEVEL = 9
_EIGHT = len(EMOTIONS)
_USUAL, _UNSEEN, _OTHERWISE = 0, 1, 3
"""The dominant emotion is the highest of the mean scores; there are none; or it is this less `_OTHERWISE`."""


class DamagedBlockError(Exception):
    """The bytes are not those that were written, or of an unknown form; the message is a sentence."""


def encode(piece: Piece) -> bytes:
    """Of at least one summary. The series is not in it."""
    packed = _packed(piece)
    records = piece.records()
    same = np.array_equal(decode(packed, piece.series).records(), records)
    return packed if same else _checked(bytes([PLAIN]) + zlib.compress(records.tobytes(), _LEVEL))


def decode(data: bytes, series: int) -> Piece:
    """Raises `DamagedBlockError`."""
    body = data[:-_CHECK]
    if len(data) <= _CHECK or zlib.crc32(body) != int.from_bytes(data[-_CHECK:], "little"):
        raise DamagedBlockError("The bytes are not those that were written.")
    if body[0] == PACKED:
        return _unpacked(body, series)
    if body[0] == PLAIN:
        records = np.frombuffer(zlib.decompress(body[1:]), RECORD)
        return pieces_of(records)[0]._replace(series=series)
    raise DamagedBlockError(f"The block's form is {body[0]}, which this version does not know.")


def _packed(piece: Piece) -> bytes:
    shares = counted(piece.distribution, piece.faces)
    left_out = _costliest(piece.mean), _costliest(shares.counts)
    rows = [piece.coverage, _dominance(piece)]
    rows += [*np.delete(piece.mean, left_out[0], axis=0), *np.delete(shares.counts, left_out[1], axis=0)]
    if shares.corrections is not None:
        rows += [*shares.corrections]
    low, high = narrow_planes(np.array([row.astype(np.uint16) for row in rows]))
    usual = _usual_step(piece.end)
    widths, planes = wide_planes(_wide(piece, usual))
    first = _deflated(low)
    kinds = PACKED, *left_out, shares.parts, shares.corrections is not None
    begin = int(piece.end[0]), usual, int(piece.sequence[0])
    head = _HEAD.pack(*kinds, piece.size, len(first), *begin)
    return _checked(head + first + _deflated(widths + high + planes))


def _unpacked(body: bytes, series: int) -> Piece:
    _, no_mean, no_share, parts, corrected, count, size, end, usual, sequence = _HEAD.unpack_from(body)
    low = _inflated(body[_HEAD.size : _HEAD.size + size])
    rest = _inflated(body[_HEAD.size + size :])
    narrow = narrow_columns(low, rest[_WIDE : _WIDE + len(low)], count)
    ends, sequences, frames, faces, tracks, weights = wide_columns(
        rest[:_WIDE].tobytes(), rest[_WIDE + len(low) :], count
    )
    seen = narrow[1] != _UNSEEN
    mean = _with(narrow[2 : 1 + _EIGHT], no_mean, np.where(seen, STEPS, 0))
    totals = totals_of(parts, faces, seen)
    distribution = _with(narrow[1 + _EIGHT : 2 * _EIGHT], no_share, totals)
    if parts:
        distribution = uncounted(distribution, totals)
    if corrected:
        distribution = distribution + narrow[2 * _EIGHT :].astype(np.int16)
    place = np.arange(count)
    return Piece(
        series,
        ends + place * usual + end,
        sequences + place + sequence,
        frames,
        faces,
        tracks,
        weights + WEIGHT_STEPS * faces,
        narrow[0],
        _dominant(narrow[1], mean),
        mean,
        distribution,
    )


def _wide(piece: Piece, usual: int) -> list[Column]:
    place = np.arange(piece.size)
    faces = piece.faces.astype(np.int64)
    return [
        piece.end - piece.end[0] - place * usual,
        piece.sequence - piece.sequence[0] - place,
        piece.frames.astype(np.int64),
        faces,
        piece.tracks.astype(np.int64),
        piece.weight - WEIGHT_STEPS * faces,
    ]


def _dominance(piece: Piece) -> Column:
    dominant = piece.dominant.astype(np.int64)
    dominance: Column = dominant + _OTHERWISE
    dominance[dominant == piece.mean.argmax(axis=0)] = _USUAL
    dominance[~piece.mean.any(axis=0)] = _UNSEEN
    return dominance


def _dominant(dominance: Column, mean: Column) -> Column:
    dominant: Column = mean.argmax(axis=0).astype(np.int8)
    others = np.flatnonzero(dominance)
    dominant[others] = np.maximum(dominance[others].astype(np.int8) - _OTHERWISE, -1)
    return dominant


def _usual_step(ends: Column) -> int:
    if len(ends) == 1:
        return 0
    steps, times = np.unique(np.diff(ends), return_counts=True)
    return int(steps[times.argmax()])


def _costliest(rows: Column) -> int:
    return int(np.abs(np.diff(rows.astype(np.int64), axis=1)).sum(axis=1).argmax())


def _with(seven: Column, left_out: int, totals: Column) -> Column:
    """All eight rows, given the sum of each column."""
    eight = np.empty((_EIGHT, seven.shape[1]), np.uint16)
    eight[:left_out] = seven[:left_out]
    eight[left_out + 1 :] = seven[left_out:]
    eight[left_out] = totals - seven.sum(axis=0, dtype=np.uint16)
    return eight


def _checked(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(_CHECK, "little")


def _deflated(data: bytes) -> bytes:
    work = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS, memLevel=9)
    return work.compress(data) + work.flush()


def _inflated(data: bytes) -> Bytes:
    return np.frombuffer(zlib.decompress(data, -zlib.MAX_WBITS), np.uint8)
