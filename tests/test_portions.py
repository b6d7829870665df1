"""Recorded summaries in portions: all of them, in order, none twice, whatever the portions' size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import create_engine

from tests.history_summaries import BEGAN, WINDOWS, summaries
from web.history.compaction import apply, plan
from web.history.queries.portions import PartReader, RowReader
from web.history.queries.reach import Reach
from web.history.schema import metadata
from web.history.steps import STEP, Steps
from web.history.summaries import read_summaries
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from web.history.queries.portions import P, Reader

LOBBY = Reach("lobby", "2s")
SIZES = (1, 3, 40, 100, 10_000)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A hundred summaries in blocks, forty in the tail, between those of another stream."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        append(connection, 1, 100)
        compact(connection)
        append(connection, 101, 40)
        yield connection
    engine.dispose()


def append(connection: Connection, first: int, count: int) -> None:
    appender = Appender(WINDOWS)
    for begin in range(first, first + count, 10):
        given = summaries(10, first=begin)
        appender.append(connection, [*given, *summaries(10, "door", first=begin)])


def compact(connection: Connection) -> None:
    while (compaction := plan(connection)) is not None:
        apply(connection, compaction)


def portions(connection: Connection, reader: Reader[P], reach: Reach = LOBBY) -> list[P]:
    read: list[P] = []
    rest: Reach | None = reach
    while rest is not None:
        portion, rest = reader.read(connection, rest)
        read.append(portion)
    return read


@pytest.mark.parametrize("size", SIZES)
def test_rows_in_portions_are_all_rows(connection: Connection, size: int) -> None:
    read = portions(connection, RowReader(size))
    assert max(len(rows) for rows in read) <= size
    assert np.array_equal(np.concatenate(read), read_summaries(connection, *LOBBY))


@pytest.mark.parametrize("size", SIZES)
def test_parts_are_all_summaries_in_order(connection: Connection, size: int) -> None:
    read = portions(connection, PartReader(size))
    assert max(sum(part.size for part in parts) for parts in read) <= size
    ends = np.concatenate([part.end for parts in read for part in parts])
    assert np.array_equal(ends, read_summaries(connection, *LOBBY)["end"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("set_back", [False, True])
def test_steps_of_parts_are_those_of_rows(connection: Connection, size: int, set_back: bool) -> None:
    if set_back:  # summaries of the same times are in the blocks and in the tail
        append(connection, 61, 50)
    reach = LOBBY._replace(since=round((BEGAN + 3.3) * 1e6), until=round((BEGAN + 66.6) * 1e6))
    by_parts, by_rows = Steps(7_000_000, 500_000), Steps(7_000_000, 500_000)
    rows = PartReader().of_rows(read_summaries(connection, *reach))
    expected = np.concatenate([by_rows.add(rows), by_rows.finish()])
    found = [by_parts.add(parts) for parts in portions(connection, PartReader(size), reach)]
    steps = np.concatenate([*found, by_parts.finish()])
    assert len(steps) > 5
    for name in STEP.names or ():
        assert np.allclose(steps[name].astype(float), expected[name].astype(float)), name


def test_nothing_recorded_is_one_empty_portion(connection: Connection) -> None:
    roof = Reach("roof", "2s")
    assert [len(rows) for rows in portions(connection, RowReader(), roof)] == [0]
    assert [len(parts) for parts in portions(connection, PartReader(), roof)] == [0]
