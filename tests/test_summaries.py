"""Recorded summaries are read alike from the tail, from blocks, and from both."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import create_engine, select, update

from tests.history_summaries import BEGAN, WINDOWS, shown, summaries
from web.history import compaction
from web.history.damage import Damage, options
from web.history.engine import reading, writing
from web.history.erasures import begin_erasure
from web.history.location import locate
from web.history.schema import blocks, metadata
from web.history.settling import settle
from web.history.summaries import (
    after_sequence,
    kept_from,
    last_sequence,
    read_summaries,
    streams,
    to_summaries,
)
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from aggregation.summary import Summary

SECOND = 1_000_000
EVER = (0, 2**60)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


def record(connection: Connection, given: Sequence[Summary], batch: int = 40) -> None:
    appender = Appender(WINDOWS)
    for begin in range(0, len(given), batch):
        appender.append(connection, given[begin : begin + batch])


def compact(connection: Connection) -> None:
    planned = compaction.plan(connection)
    assert planned is not None
    assert compaction.apply(connection, planned)


def interleaved(count: int, stream: str = "lobby") -> list[Summary]:
    """Two windows of one stream, numbered together, as an aggregator numbers them."""
    both = [*summaries(count, stream), *summaries(count // 10, stream, window=WINDOWS[1])]
    ordered = sorted(both, key=lambda summary: (summary.end, summary.window))
    return [replace(summary, sequence=number) for number, summary in enumerate(ordered, 1)]


@pytest.fixture(params=["tail", "blocks", "both"])
def recorded(request: pytest.FixtureRequest, connection: Connection) -> list[Summary]:
    """Summaries that were recorded, among those of another stream."""
    given = interleaved(700)
    middle = len(given) // 2
    record(connection, summaries(300, "hall"))
    record(connection, given[:middle])
    if request.param == "both":
        compact(connection)
    record(connection, given[middle:])
    if request.param == "blocks":
        compact(connection)
    return given


def test_a_range_has_those_that_end_in_it_and_no_others(
    connection: Connection, recorded: list[Summary]
) -> None:
    since, until = (BEGAN + 100) * SECOND, (BEGAN + 200) * SECOND
    found = to_summaries(read_summaries(connection, "lobby", "2s", since, until), "lobby", "2s")
    expected = [each for each in recorded if each.window == "2s" and BEGAN + 100 < each.end <= BEGAN + 200]
    assert [shown(each) for each in found] == [shown(each) for each in expected]


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 333, 5000])
def test_a_limit_takes_the_first_or_the_last(
    connection: Connection, recorded: list[Summary], limit: int, newest: bool
) -> None:
    expected = [each.sequence for each in recorded if each.window == "2s"]
    found = read_summaries(connection, "lobby", "2s", *EVER, limit=limit, newest=newest)
    assert found["sequence"].tolist() == (expected[-limit:] if newest else expected[:limit])


def test_what_follows_a_sequence_is_in_order_over_all_windows(
    connection: Connection, recorded: list[Summary]
) -> None:
    found = after_sequence(connection, "lobby", None, 300, 200)
    assert [shown(each) for each in found] == [shown(each) for each in recorded[300:500]]
    assert after_sequence(connection, "lobby", ["60s"], recorded[-1].sequence, 10) == []


def test_the_first_and_last_sequences_are_known(connection: Connection, recorded: list[Summary]) -> None:
    firsts = {
        window.name: next(e.sequence for e in recorded if e.window == window.name) for window in WINDOWS
    }
    assert kept_from(connection, "lobby") == firsts
    assert last_sequence(connection, "lobby") == recorded[-1].sequence
    assert last_sequence(connection, "nobody") == 0


@pytest.mark.usefixtures("recorded")
def test_streams_and_their_windows_are_listed(connection: Connection) -> None:
    assert [(each.stream, each.window, each.interval, each.length) for each in streams(connection)] == [
        ("hall", "2s", 0.5, 2.0),
        ("lobby", "2s", 0.5, 2.0),
        ("lobby", "60s", 5.0, 60.0),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_stream_that_counts_from_the_start_again_has_nothing_of_before(
    connection: Connection, packed: bool
) -> None:
    record(connection, summaries(500))
    second = summaries(60)
    record(connection, [replace(each, start=each.start + 900, end=each.end + 900) for each in second])
    if packed:
        compact(connection)
    found = after_sequence(connection, "lobby", None, 20, 1000)
    assert [summary.sequence for summary in found] == list(range(21, 61))
    assert min(summary.end for summary in found) > BEGAN + 900


def test_a_window_changed_under_its_name_keeps_both_its_forms(connection: Connection) -> None:
    record(connection, summaries(10))
    longer = [
        replace(each, start=each.start - 1, sequence=each.sequence + 10, end=each.end + 60)
        for each in summaries(3)
    ]
    Appender(WINDOWS).append(connection, longer)
    found = read_summaries(connection, "lobby", "2s", *EVER)
    assert ((found["end"] - found["start"]) / SECOND).tolist() == [2.0] * 10 + [63.0] * 3


def test_a_damaged_block_costs_itself_alone_and_is_told_once(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    damage = Damage()
    for first in (1, 8001, 16001):
        record(connection, summaries(8000, first=first), batch=8000)
        compact(connection)
    (middle,) = connection.execute(
        select(blocks.c.id).where(blocks.c.first_sequence <= 10_000, blocks.c.last_sequence >= 10_000)
    ).scalars()
    lost = connection.execute(select(blocks.c.count.label("size")).where(blocks.c.id == middle)).scalar_one()
    connection.execute(update(blocks).where(blocks.c.id == middle).values(data=b"broken"))
    noting = connection.execution_options(**options(damage))
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert len(read_summaries(noting, "lobby", "2s", *EVER)) == 24_000 - lost
    assert damage.count == 1
    assert len(caplog.records) == 1


def test_blocks_fill_up_and_then_another_begins(connection: Connection) -> None:
    for first in range(1, 20_001, 2000):
        record(connection, summaries(2000, first=first), batch=2000)
        compact(connection)
    sizes = (
        connection.execute(select(blocks.c.count.label("size")).order_by(blocks.c.last_end)).scalars().all()
    )
    assert sum(sizes) == 20_000
    assert len(sizes) == 4
    found = read_summaries(connection, "lobby", "2s", *EVER)
    assert np.array_equal(found["sequence"], np.arange(1, 20_001))


def test_a_compaction_planned_before_something_was_erased_is_not_put_in_place(connection: Connection) -> None:
    record(connection, summaries(20))
    planned = compaction.plan(connection)
    assert planned is not None
    begin_erasure(connection)
    assert not compaction.apply(connection, planned)
    assert connection.execute(select(blocks.c.id)).first() is None
    assert len(read_summaries(connection, "lobby", "2s", *EVER)) == 20


def test_a_part_of_the_file_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    engine = writing(locate(str(path)))
    with engine.begin() as connection:
        metadata.create_all(connection)
    for first in (1, 7201, 14401):
        with engine.begin() as connection:
            record(connection, summaries(7200, first=first), batch=7200)
            compact(connection)
    settle(engine)
    with engine.connect() as connection:
        data = connection.execute(select(blocks.c.data).where(blocks.c.first_sequence == 7201)).scalar_one()
    engine.dispose()
    content = bytearray(path.read_bytes())
    page = content.index(data[8192:8300]) // 4096 * 4096
    content[page : page + 4] = (0).to_bytes(4, "big")  # where its next page is
    path.write_bytes(content)
    damage = Damage()
    engine = reading(locate(str(path)), damage)
    with engine.connect() as connection:
        found = read_summaries(connection, "lobby", "2s", *EVER)
    engine.dispose()
    assert (len(found), damage.count) == (14_400, 1)


def test_what_follows_has_no_hole_between_blocks_and_tail(connection: Connection) -> None:
    """Of one window; the numbers in between are of others."""
    given = [replace(each, sequence=each.sequence * 11) for each in summaries(16_000)]
    for begin in range(0, 15_000, 3000):
        record(connection, given[begin : begin + 3000], batch=3000)
        compact(connection)
    record(connection, given[15_000:])
    for limit in (1, 500, 7000, 20_000):
        found = after_sequence(connection, "lobby", None, given[7000].sequence, limit)
        assert [each.sequence for each in found] == [each.sequence for each in given[7001:][:limit]]
