"""Batches: their sizes, and how they are taken from an inlet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.batching import BUCKETS, batches, bucket, exact, padded
from stream.channel import Channel


def test_the_bucket_of_a_count_is_the_smallest_that_holds_it() -> None:
    assert [bucket(count) for count in (1, 2, 3, 4, 5, 31, 32)] == [1, 2, 4, 4, 8, 32, 32]


def test_a_count_beyond_the_largest_bucket_has_none() -> None:
    with pytest.raises(ValueError, match="33 is larger than the largest bucket, 32"):
        bucket(33)


def test_seven_items_are_run_as_four_two_and_one_where_padding_is_waste() -> None:
    assert exact(7) == [4, 2, 1]
    assert exact(7, limit=2) == [2, 2, 2, 1]
    assert exact(0) == []


def test_seventy_items_are_run_in_three_where_each_run_costs() -> None:
    assert padded(70) == [32, 32, 6]
    assert padded(0) == []


@given(st.integers(0, 300), st.sampled_from(BUCKETS))
def test_both_ways_of_splitting_lose_nothing_and_keep_to_the_limit(count: int, limit: int) -> None:
    for parts in (exact(count, limit), padded(count, limit)):
        assert sum(parts) == count
        assert all(1 <= part <= limit for part in parts)
    assert set(exact(count, limit)) <= set(BUCKETS)


async def test_batches_come_until_the_inlet_closes() -> None:
    channel: Channel[int] = Channel(8)
    for number in range(5):
        await channel.put(number)
    await channel.close()
    assert [batch async for batch in batches(channel, 2, 0.0)] == [[0, 1], [2, 3], [4]]
