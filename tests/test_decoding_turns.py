"""Turns at decoding: so many at a time, in the order they came."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from stream.addresses import parse_address
from stream.av_source import AvSource
from stream.decoding_turns import DecodingTurns
from tests.videos import write_video

if TYPE_CHECKING:
    from pathlib import Path


def until_waiting(turns: DecodingTurns, count: int) -> None:
    end = time.monotonic() + 5
    while turns.waiting < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_no_more_decode_at_a_time_than_there_are_places_and_first_come_is_first_served() -> None:
    turns, order = DecodingTurns(2), list[int]()

    def decode(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=decode, args=(number,)) for number in range(5)]
    with turns:
        with turns:
            for number, thread in enumerate(threads):
                thread.start()
                until_waiting(turns, number + 1)
            assert order == []
        for thread in threads:
            thread.join(5)
    assert order == [0, 1, 2, 3, 4]


def test_a_place_that_is_left_goes_to_the_one_that_waits_and_not_to_the_one_that_left_it() -> None:
    turns, order = DecodingTurns(1), list[str]()

    def decode() -> None:
        with turns:
            order.append("waited")

    with turns:
        other = threading.Thread(target=decode)
        other.start()
        until_waiting(turns, 1)
    with turns:
        order.append("again")
    other.join(5)
    assert order == ["waited", "again"]


def test_a_decoder_that_fails_leaves_its_place() -> None:
    turns = DecodingTurns(1)
    with pytest.raises(ValueError, match="damaged"), turns:
        raise ValueError("damaged")
    with turns:
        assert turns.waiting == 0


async def test_a_source_decodes_when_it_is_its_turn(tmp_path: Path) -> None:
    turns = DecodingTurns(1)
    path = write_video(tmp_path / "a.mp4", 2)
    source = AvSource("file", parse_address(str(path)), live=False, turns=turns)
    async with asyncio.timeout(10), aclosing(source.frames()) as coming:
        with turns:
            first = asyncio.ensure_future(anext(coming))
            while not turns.waiting:  # noqa: ASYNC110 - a thread comes to wait
                await asyncio.sleep(0.001)
            assert source.figures.decoded == 0
        await first
        assert source.figures.decoded > 0
