"""`semblance analyze` beside its floor and beside a plain loop, and its memory for a longer file.

    python -m tests.bench.bench_analyze [FILE ...] [--rounds 3] [--frames 200] [--speed-only]

The whole is what the command does with every frame: decode, find, follow, crop, classify, smooth, window and
write JSON. The floor is what of it cannot be saved, on all cores: a thread that decodes, and one a core that
makes the same calls of the same models, with nothing between. The plain loop is `tests/bench/plain_loop.py`.
All three run in one process by turns; compared is the time they take. `most` is the floor beside the plain
loop: no arrangement of the same work on this machine can be faster beside it than that.

Memory is the most that the command itself ever had resident, for a file and for one ten times as long.
Without a file: real clips where the data folder is there, and drawn people otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from stream.cores import cores
from tests.bench.material import processor_seconds, repeated, sized
from tests.bench.plain_loop import PlainLoop
from tests.bench.recorded_calls import RecordedCalls, decode

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGER = 10
_WIDTH = 200
"""Of a pipe, which has none: as wide as the tables."""
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def whole(engine: Engine, file: Path) -> int:
    """Analyses a file as the command does; the faces in it."""
    lines = io.StringIO()
    return asyncio.run(Analysis(engine).file(file, JsonLines(lines, 2.0, 0.5), lambda _: None)).faces


def floor(file: Path, calls: RecordedCalls) -> None:
    """Decodes the file and makes the recorded calls, side by side on all cores."""
    decoder = threading.Thread(target=decode, args=(file, 0))
    decoder.start()
    calls.replay(cores())
    decoder.join()


def compare(engine: Engine, plain: PlainLoop, file: Path, rounds: int) -> list[str]:
    """A row of the table: medians over the rounds, and of the ratios within each."""
    with RecordedCalls() as calls:
        faces = whole(engine, file)
    frames, plain_faces = plain.run(file)
    seconds = [
        (
            processor_seconds(lambda: whole(engine, file)),
            processor_seconds(lambda: floor(file, calls)),
            processor_seconds(lambda: plain.run(file)),
        )
        for _ in range(rounds)
    ]
    rates = [f"{frames / statistics.median(one[kind][1] for one in seconds):.0f}" for kind in range(3)]
    work = [f"{statistics.median(one[kind][0] for one in seconds) / frames * 1e3:.2f}" for kind in range(3)]
    return [
        *(file.name, str(frames), f"{faces}/{plain_faces}", *rates, *work),
        _ratio([bare[1] / mine[1] for mine, bare, _ in seconds]),
        _ratio([loop[1] / mine[1] for mine, _, loop in seconds]),
        _ratio([loop[1] / bare[1] for _, bare, loop in seconds]),
    ]


def _ratio(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def speed(files: Sequence[Path], rounds: int) -> Table:
    """The faces that the whole and the plain loop found, the three rates, the processor's milliseconds a
    frame of each, and the three ratios.
    """
    engine, plain = Engine.load(InferenceOptions(provider="cpu"), cores()), PlainLoop()
    columns = (
        "file",
        "frames",
        "faces",
        "whole/s",
        "floor/s",
        "plain/s",
        "ms",
        "ms",
        "ms",
        "of floor",
        "of plain",
        "most",
    )
    table = Table(*columns, title=f"{cores()} cores", title_justify="left", box=None)
    for file in files:
        table.add_row(*compare(engine, plain, file, rounds))
    engine.close()
    return table


def memory(file: Path, folder: Path) -> Table:
    """The most memory that the command had resident for a file, and for one that is longer."""
    table = Table("file", "peak MB", title="memory", title_justify="left", box=None)
    longer = repeated(file, folder / f"longer-{file.name}", _LONGER)
    for one in (file, longer):
        table.add_row(one.name, f"{_peak(one, folder / 'out.jsonl') / 1024:.0f}")
    return table


def _peak(file: Path, output: Path) -> int:
    """In kilobytes. A small process starts the command: what the starter had counts as the command's."""
    command = [sys.executable, "-m", "semblance", "analyze", str(file), "--output", str(output)]
    started = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command], check=True, stdout=subprocess.PIPE, text=True
    )
    return int(started.stdout)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=200, help="of the clips that are made")
    parser.add_argument("--speed-only", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.files or sized(Path(folder), arguments.frames)
        console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
        console.print(speed(files, arguments.rounds))
        if not arguments.speed_only:
            console.print(memory(files[0], Path(folder)))


if __name__ == "__main__":
    main()
