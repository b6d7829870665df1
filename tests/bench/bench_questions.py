"""What questions about a day of one stream cost: 172,800 windows, one each half second, in an SQLite file.

    python -m tests.bench.bench_questions [--folder DIR]

Medians of CPU and wall time over seven runs, and the least CPU time, with the file in the system's cache.
"Down-sampled" is all of the way from the file to the steps.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tests.history_summaries import BEGAN, WINDOWS, summaries
from web.history.compaction import apply, plan
from web.history.engine import reading, writing
from web.history.formats.form import MEDIA_TYPES
from web.history.formats.summary_form import Rows, summary_encoder
from web.history.location import locate
from web.history.queries.portions import PartReader, Reader, RowReader
from web.history.queries.reach import Reach
from web.history.schema import metadata
from web.history.steps import STEP, Steps
from web.history.summaries import read_summaries
from web.history.tail import Appender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from web.history.formats.form import Form

P = TypeVar("P")

DAY = 172_800
LOBBY = Reach("lobby", "2s")
MINUTE = 60_000_000
HALF = 500_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path)
    folder: Path | None = parser.parse_args().folder
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        engine = recorded(Path(temporary) / "history.db")
        with engine.connect() as connection:
            tell("a day read at once", lambda: read_summaries(connection, *LOBBY))
            tell(
                "a day read in portions", lambda: sum(len(rows) for rows in portions(connection, RowReader()))
            )
            tell("a day down-sampled to minutes", lambda: len(steps(connection)))
            hour = LOBBY._replace(since=round((BEGAN + 40_000) * 1e6), until=round((BEGAN + 43_600) * 1e6))
            tell("an hour of it read", lambda: read_summaries(connection, *hour))
            tell("the newest hundred", lambda: read_summaries(connection, *LOBBY, limit=100, newest=True))
            for form in MEDIA_TYPES:
                tell(f"a day as {form}", partial(export, connection, form), runs=3)
        engine.dispose()


def recorded(path: Path) -> Engine:
    location = locate(str(path))
    writer = writing(location)
    appender = Appender(WINDOWS)
    with writer.begin() as connection:
        metadata.create_all(connection)
        for first in range(1, DAY + 1, 7200):
            appender.append(connection, summaries(7200, first=first))
        while (compaction := plan(connection)) is not None:
            apply(connection, compaction)
    writer.dispose()
    return reading(location)


def portions(connection: Connection, reader: Reader[P]) -> Iterator[P]:
    rest: Reach | None = LOBBY
    while rest is not None:
        portion, rest = reader.read(connection, rest)
        yield portion


def steps(connection: Connection) -> Rows:
    taken = Steps(MINUTE, HALF)
    parts = [taken.add(each) for each in portions(connection, PartReader())]
    return np.concatenate([np.zeros(0, STEP), *parts, taken.finish()])


def export(connection: Connection, form: Form) -> int:
    encoder = summary_encoder(form, LOBBY, HALF, None)
    parts = (encoder.add(rows) for rows in portions(connection, RowReader()))
    return len(encoder.begin()) + sum(len(part) for part in parts) + len(encoder.end())


def tell(what: str, work: Callable[[], object], runs: int = 7) -> None:
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    size = answer if isinstance(answer, int) else len(answer)  # type: ignore[arg-type]
    sys.stdout.write(
        f"{what:32}{median(cpus) * 1e3:9.1f} ms CPU{min(cpus) * 1e3:9.1f} least"
        f"{median(walls) * 1e3:9.1f} ms wall{size:12,}\n"
    )


if __name__ == "__main__":
    main()
