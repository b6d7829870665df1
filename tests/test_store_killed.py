"""A process that is killed while it records loses two seconds at most, and nothing it was told is safe."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from web.history.alone import read_alone
from web.history.schema import definitions
from web.history.summaries import read_summaries

if TYPE_CHECKING:
    from pathlib import Path

RECORDING = """\
import asyncio, sys
from sqlalchemy import insert
from tests.history_summaries import WINDOWS, summaries
from web.history.keep import Keep
from web.history.schema import definitions
from web.history.store import Store

async def record():
    store = Store(sys.argv[1], Keep(), WINDOWS)
    asyncio.create_task(store.run())
    for number, summary in enumerate(summaries(100_000)):
        store.add(summary)
        if number % 10 == 0:
            row = insert(definitions).values(kind="rule", id=str(number), document="{}")
            await store.write(lambda connection: connection.execute(row).rowcount)
            print(number, flush=True)
        await asyncio.sleep(0.01)

asyncio.run(record())
"""
SECONDS = 3.0


def test_what_was_recorded_two_seconds_before_is_there(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    command = [sys.executable, "-c", RECORDING, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told: list[tuple[float, int]] = []
        for line in process.stdout:
            told.append((time.monotonic(), int(line)))
            if told[-1][0] - told[0][0] > SECONDS:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read()
        assert process.wait() == -signal.SIGKILL
    killed, last = told[-1]
    long_before = max(number for at, number in told if at < killed - 2)
    with read_alone(str(path)) as read:
        rows = read(lambda connection: read_summaries(connection, "lobby", "2s", 0, 2**60))
        safe = read(lambda connection: set(connection.execute(select(definitions.c.id)).scalars()))
    assert len(rows) >= long_before
    assert rows["sequence"].tolist() == list(range(1, len(rows) + 1))
    assert {str(number) for _, number in told} | set(rest.split()) <= safe
    assert str(last) in safe
