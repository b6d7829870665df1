"""Blocks give back every bit of what they were made of, in few bytes."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.history_summaries import WINDOWS, summaries
from web.history.block import PACKED, PLAIN, DamagedBlockError, decode, encode
from web.history.piece import Piece, pieces_of
from web.history.records import RECORD, pack

scores = st.one_of(
    st.just([0] * 8),
    st.lists(st.integers(0, 60), min_size=8, max_size=8).filter(any).map(lambda parts: _to_steps(parts)),
)


def _to_steps(parts: list[int]) -> list[int]:
    steps = [part * 10_000 // sum(parts) for part in parts]
    steps[0] += 10_000 - sum(steps)
    return steps


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    """Of any numbers that a record can hold, also such as no aggregator would give."""
    count = draw(st.integers(1, 12))
    records = np.zeros(count, RECORD)
    records["series"] = 5
    for name, most in (("end", 2**53), ("sequence", 2**40), ("frames", 2**32 - 1), ("faces", 2**32 - 1)):
        records[name] = draw(_numbers(count, most))
    for name, most in (("tracks", 2**32 - 1), ("weight", 2**32 - 1), ("coverage", 10_000)):
        records[name] = draw(_numbers(count, most))
    records["dominant"] = draw(st.lists(st.integers(-1, 7), min_size=count, max_size=count))
    for name in ("mean", "distribution"):
        records[name] = draw(st.lists(scores, min_size=count, max_size=count))
    return pieces_of(records)[0]


def _numbers(count: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.one_of(st.integers(0, 40), st.integers(0, most)), min_size=count, max_size=count)


def lobby(count: int) -> Piece:
    given = summaries(count)
    return pieces_of(pack(given, [5] * count))[0]


@given(pieces())
@settings(deadline=None)
def test_whatever_is_packed_comes_back_bit_for_bit(piece: Piece) -> None:
    assert np.array_equal(decode(encode(piece), 5).records(), piece.records())


def test_what_an_aggregator_gives_takes_few_bytes() -> None:
    data = encode(lobby(2000))
    assert data[0] == PACKED
    assert len(data) / 2000 < 17  # scores by chance, the worst there can be; a record is 71


def test_nobody_seen_takes_next_to_nothing() -> None:
    piece = lobby(7 * 500)
    nobody = pieces_of(piece.records()[6::7])[0]
    assert len(encode(nobody)) / nobody.size < 1


def test_what_the_packed_form_cannot_hold_is_kept_plainly() -> None:
    records = lobby(10).records()
    records["mean"][3] = (1, 2, 3, 4, 5, 6, 7, 8)  # no scores: they do not sum to one
    data = encode(pieces_of(records)[0])
    assert data[0] == PLAIN
    assert np.array_equal(decode(data, 5).records(), records)


@pytest.mark.parametrize("change", ["flip", "cut", "empty"])
def test_damage_is_noticed(change: str) -> None:
    data = bytearray(encode(lobby(100)))
    if change == "flip":
        data[len(data) // 2] ^= 4
    damaged: dict[str, Any] = {"flip": bytes(data), "cut": bytes(data[:-9]), "empty": b""}
    with pytest.raises(DamagedBlockError):
        decode(damaged[change], 5)


def test_a_form_of_a_later_version_is_not_guessed_at() -> None:
    body = b"\x09" + encode(lobby(3))[1:-4]
    with pytest.raises(DamagedBlockError, match="form is 9"):
        decode(body + crc32(body).to_bytes(4, "little"), 5)


def test_a_summary_of_each_window_has_its_own_interval() -> None:
    slow = summaries(40, window=WINDOWS[1])
    piece = pieces_of(pack(slow, [5] * 40))[0]
    assert np.array_equal(decode(encode(piece), 5).end, piece.end)
