"""Coded pictures put together from packets; `now` is an argument, so minutes pass at once."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stream.webrtc.assembler import Assembled, Assembler, Unwrapper
from stream.webrtc.depayload import Fragment

Packet = tuple[int, int, bool, Fragment]


def packets(pictures: int, each: int, first: int = 0, timestamp: int = 0) -> list[Packet]:
    """`pictures` of `each` packets, whose data names picture and packet."""
    made = []
    for picture in range(pictures):
        for part in range(each):
            fragment = Fragment(f"{picture}.{part} ".encode(), start=part == 0, key=picture == 0)
            number = (first + picture * each + part) % 65536
            made.append((number, (timestamp + picture * 3000) % 2**32, part == each - 1, fragment))
    return made


def feed(assembler: Assembler, sent: list[Packet], now: float = 0.0, step: float = 0.001) -> list[Assembled]:
    pictures = []
    for index, packet in enumerate(sent):
        pictures += assembler.add(*packet, now + index * step)
    return pictures


def words(pictures: list[Assembled]) -> list[str]:
    return [picture.data.decode().strip() for picture in pictures]


def test_a_picture_comes_out_with_its_last_packet() -> None:
    assembler = Assembler()
    first, second = packets(1, 2)
    assert assembler.add(*first, 1.0) == []
    (picture,) = assembler.add(*second, 1.1)
    assert (picture.data, picture.key, picture.arrived) == (b"0.0 0.1 ", True, 1.0)


def test_a_picture_whose_end_is_not_marked_ends_where_the_next_begins() -> None:
    unmarked = [(number, time, False, fragment) for number, time, _, fragment in packets(3, 2)]
    assert words(feed(Assembler(), unmarked)) == ["0.0 0.1", "1.0 1.1"]


def test_packets_that_swap_places_or_come_twice_make_the_same_pictures() -> None:
    sent = packets(3, 2)
    mixed = [sent[index] for index in (0, 2, 1, 1, 3, 5, 0, 4)]
    assert words(feed(Assembler(), mixed)) == ["0.0 0.1", "1.0 1.1", "2.0 2.1"]


def test_counters_that_start_again_at_nothing_go_unnoticed() -> None:
    sent = packets(4, 2, first=65533, timestamp=2**32 - 4000)
    pictures = feed(Assembler(), sent)
    assert len(pictures) == 4
    assert [b.timestamp - a.timestamp for a, b in pairwise(pictures)] == [3000] * 3


def test_a_missing_packet_is_waited_for_a_while() -> None:
    #  0.0 0.1 | 1.0  -- | 2.0 2.1 | 3.0 3.1       1.1 comes 0.1 s late
    sent = packets(4, 2)
    late = sent.pop(3)
    assembler = Assembler()
    assert words(feed(assembler, sent, step=0.01)) == ["0.0 0.1"]
    assert words(assembler.add(*late, 0.16)) == ["1.0 1.1", "2.0 2.1", "3.0 3.1"]
    assert assembler.lost == 0


def test_a_packet_that_never_comes_costs_its_picture_alone() -> None:
    #  0.0 0.1 | 1.0  -- | 2.0 2.1 | 3.0 3.1       given up 0.25 s after the hole was seen
    sent = packets(4, 2)
    del sent[3]
    assembler = Assembler()
    assert words(feed(assembler, sent, step=0.1)) == ["0.0 0.1", "2.0 2.1", "3.0 3.1"]
    assert assembler.lost == 1


def test_after_a_hole_a_picture_without_its_beginning_is_left_out() -> None:
    #  0.0 0.1 | --  -- | --  2.1 | 3.0 3.1
    sent = packets(4, 2)
    del sent[2:5]
    assembler = Assembler()
    assert words(feed(assembler, sent, step=0.3)) == ["0.0 0.1", "3.0 3.1"]


def test_a_sender_that_begins_anew_far_away_is_followed() -> None:
    assembler = Assembler()
    feed(assembler, packets(2, 2))
    assert words(feed(assembler, packets(1, 2, first=20_000, timestamp=9_000_000))) == ["0.0 0.1"]
    assert assembler.lost == 1


def test_packets_that_only_probe_the_bandwidth_are_no_pictures() -> None:
    assembler = Assembler()
    feed(assembler, packets(1, 1))
    assert assembler.add(1, 0, False, Fragment(b""), 0.1) == []
    following = (2, 3000, True, Fragment(b"next"))
    assert words(assembler.add(*following, 0.2)) == ["next"]


@given(st.integers(0, 2**31), st.integers(0, 65535), st.floats(0, 0.3))
def test_whatever_is_lost_pictures_are_whole_in_order_and_memory_bounded(
    seed: int, first: int, loss: float
) -> None:
    chance = random.Random(seed)
    sent = [packet for packet in packets(60, 3, first=first) if chance.random() >= loss]
    for index in range(len(sent) - 1):
        if chance.random() < 0.2:
            sent[index], sent[index + 1] = sent[index + 1], sent[index]
    pictures = words(feed(Assembler(), sent, step=0.03))
    numbers = [int(picture.partition(".")[0]) for picture in pictures]
    assert numbers == sorted(set(numbers))
    whole = {f"{number}.0 {number}.1 {number}.2" for number in range(60)}
    assert set(pictures[1:]) <= whole


@given(st.lists(st.integers(-30_000, 30_000), max_size=50), st.integers(0, 65535))
def test_unwrapped_counters_move_as_the_real_ones_do(steps: list[int], start: int) -> None:
    counter = Unwrapper(16)
    real = start
    assert counter.unwrap(real % 65536) == start
    for step in steps:
        real += step
        assert counter.unwrap(real % 65536) == real
