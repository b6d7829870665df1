"""What the history takes on disk, to write and to read, beside its floor: a plain row for each summary.

    python -m tests.bench.bench_history [--streams 100] [--hours 1.3]

The summaries (two a second of each stream) are those of readings of real clips where the data folder is
there, cut into scenes of a few seconds: always faces, every few seconds other ones, nothing ever again.
Nights, empty rooms and people who sit still take less. The tail is what has not been packed yet; with the log
it comes on top of what grows. A day of one stream is read among the others' blocks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, insert, select

from aggregation import microseconds
from tests.bench.history_material import WINDOW, summaries
from tests.bench.material import processor_seconds
from web.history import compaction, engine
from web.history.form import begin
from web.history.location import locate
from web.history.maintenance import PERIOD
from web.history.queries.portions import PartReader
from web.history.queries.reach import Reach
from web.history.records import pack
from web.history.settling import settle
from web.history.steps import Steps
from web.history.summaries import read_summaries
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from aggregation import Summary

A_SECOND = int(1 / WINDOW.interval)
DAY = 86_400
MINUTE = 60 * microseconds.PER_SECOND


class Took(NamedTuple):
    """Seconds."""

    processor: float
    wall: float

    def __str__(self) -> str:
        return f"{1e3 * self.wall:8.1f} ms, of the processor {1e3 * self.processor:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--hours", type=float, default=1.3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = summaries(folder, options.hours)
        with opened(folder / "history.db") as database:
            record(database, folder, given, options.streams)
            read(database, given)
        with opened(folder / "rows.db") as database:
            floor(database, folder, given)


def record(database: Engine, folder: Path, given: Sequence[Summary], streams: int) -> None:
    """Second by second, packed as often as a service does, the last quarter of an hour left in the tail."""
    appender = Appender([WINDOW])
    writing: list[Took] = []
    packing: list[tuple[Took, Took]] = []
    period = int(PERIOD) * A_SECOND
    for start in range(0, len(given), A_SECOND):
        batch = [
            replace(summary, stream=f"cam-{number}")
            for number in range(streams)
            for summary in given[start : start + A_SECOND]
        ]
        writing.append(timed(database, partial(appender.append, summaries=batch)))
        if start and start % period == 0 and len(given) - start > period:
            packing.append(pack_tail(database))
    say(f"{streams} streams, {A_SECOND} summaries a second each, {len(given) / A_SECOND / 3600:.1f} hours")
    say_sizes(database, folder, streams)
    writing.sort(key=lambda took: took.wall)
    usual, slow = writing[len(writing) // 2], writing[len(writing) * 99 // 100]
    say(f"  a second's batch, on disk   {usual}; p99 {1e3 * slow.wall:.1f} ms")
    say(f"  packing, each {PERIOD / 60:.0f} minutes    {max(working for working, _ in packing)} of a reader")
    say(f"  and to put it in place      {max(placing for _, placing in packing)} of the writer")


def pack_tail(database: Engine) -> tuple[Took, Took]:
    """What it takes to work it out, and to put it in place."""
    planned: list[compaction.Compaction] = []
    working = timed(database, lambda connection: planned.append(some(compaction.plan(connection))))
    return working, timed(database, partial(compaction.apply, compaction=planned[0]))


def say_sizes(database: Engine, folder: Path, streams: int) -> None:
    def one(query: str) -> int:
        return int(connection.exec_driver_sql(query).scalar_one())

    with database.begin() as connection:
        packed = one("SELECT sum(count) FROM blocks")
        blobs = one("SELECT sum(length(data)) FROM blocks")
        pages = one("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'blocks%'")
        fresh = one("SELECT sum(pgsize) FROM dbstat WHERE name = 'tail'")
    rate = pages / packed * streams * A_SECOND
    files = [each for each in folder.iterdir() if each.name.startswith("history.db")]
    say(f"  a block's bytes             {blobs / packed:8.2f} B a summary")
    say(f"  with its index and pages    {pages / packed:8.2f} B a summary")
    say(f"  so all streams together     {rate / 1000:8.2f} kB/s, {rate * DAY / 1e6:.0f} MB a day")
    say(f"  the tail, which stays       {fresh / 1e6:8.1f} MB")
    say(f"  all files now               {sum(each.stat().st_size for each in files) / 1e6:8.1f} MB")


def read(database: Engine, given: Sequence[Summary]) -> None:
    """A day of a stream that has just been filled up to one."""
    with database.begin() as connection:
        appender = Appender([WINDOW])
        day = DAY * A_SECOND
        length = given[-1].end - given[0].start
        for number in range(-(-day // len(given))):
            moved = [
                replace(
                    each,
                    stream="day",
                    end=each.end + number * length,
                    start=each.start + number * length,
                    sequence=each.sequence + number * len(given),
                )
                for each in given
            ]
            appender.append(connection, moved[: day - number * len(given)])
            compaction.apply(connection, some(compaction.plan(connection)))
    with database.connect() as connection:
        ask = "day", WINDOW.name, 0, 2**60

        def sampled() -> object:
            steps = Steps(MINUTE, microseconds.from_seconds(WINDOW.interval))
            parts, _ = PartReader().read(connection, Reach(*ask))
            return steps.add(parts), steps.finish()

        count = len(read_summaries(connection, *ask))
        say(f"a day of one stream, {count:,} summaries")
        say(f"  all of it                   {best(lambda: read_summaries(connection, *ask))}")
        say(f"  in steps of a minute        {best(sampled)}")
        newest = best(lambda: read_summaries(connection, *ask, limit=100, newest=True))
        say(f"  its last hundred            {newest}")


def floor(database: Engine, folder: Path, given: Sequence[Summary]) -> None:
    """The same numbers in columns of a table with an index of stream and time."""
    names = ["stream", "end", "sequence", "frames", "faces", "tracks", "weight", "coverage", "dominant"]
    names += [f"{kind}_{place}" for kind in ("mean", "share") for place in range(8)]
    table = Table(
        "plain",
        MetaData(),
        Column("id", Integer, primary_key=True),
        *(Column(name, BigInteger) for name in names),
        Index("plain_by_end", "stream", "end"),
    )
    records = pack(given, [1] * len(given))
    flat = [[*list(row)[:-2], *row[-2].tolist(), *row[-1].tolist()] for row in records.tolist()]
    rows = [dict(zip(names, row, strict=True)) for row in flat]
    writing = timed(database, lambda connection: fill(connection, table, rows))
    settle(database)
    with database.connect() as connection:
        query = select(table).where(table.c.stream == 1).order_by(table.c.end)
        reading = best(lambda: np.array(connection.execute(query).all()), 2)
    size = (folder / "rows.db").stat().st_size
    say(f"plain rows, a day of one stream: {size / DAY / A_SECOND:.1f} B a summary")
    say(f"  all of it                   {reading}")
    say(f"  to write                    {1e6 * writing.processor / DAY / A_SECOND:8.2f} us a summary")


def fill(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    table.create(connection)
    for start in range(0, DAY * A_SECOND, len(rows)):
        connection.execute(insert(table), rows[: DAY * A_SECOND - start])


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    database = engine.writing(locate(str(path)))
    try:
        with database.begin() as connection:
            begin(connection)
        yield database
    finally:
        database.dispose()


def timed(database: Engine, work: Callable[[Connection], object]) -> Took:
    def transaction() -> None:
        with database.begin() as connection:
            work(connection)

    return Took(*processor_seconds(transaction))


def best(work: Callable[[], object], rounds: int = 5) -> Took:
    """The fastest of some rounds, for others use this machine too."""
    return min((Took(*processor_seconds(work)) for _ in range(rounds)), key=lambda took: took.wall)


def some(planned: compaction.Compaction | None) -> compaction.Compaction:
    assert planned is not None
    return planned


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
