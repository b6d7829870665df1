"""The whole pipeline beside its floor: the same decoding and the same `session.run` calls in a bare loop.

    python -m tests.bench.bench_pipeline [FILE ...] [--rounds 3]

The whole is what `semblance analyze` does with every frame: decode, find, follow, crop, classify, smooth,
window and encode to JSON. Both run in one process in turns; what is compared is the processor time of all
threads. Without a file: real clips where the data folder is there, and drawn people otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from tests.bench.material import clips, processor_seconds
from tests.bench.recorded_calls import RecordedCalls, decode


def whole(engine: Engine, file: Path) -> int:
    """Analyses a file; the number of readings and summaries."""
    out = io.StringIO()
    asyncio.run(Analysis(engine).file(file, JsonLines(out, 2.0, 0.5), lambda _: None))
    return out.getvalue().count("\n")


def floor(file: Path, calls: RecordedCalls) -> None:
    """Decodes the file and makes the recorded calls, with nothing between."""
    decode(file)
    calls.replay(1)


def compare(engine: Engine, file: Path, rounds: int) -> list[str]:
    """A row of the table: medians over the rounds."""
    with RecordedCalls() as calls:
        whole(engine, file)
    frames = decode(file)
    mine, bare = [], []
    for _ in range(rounds):
        mine.append(processor_seconds(lambda: whole(engine, file)))
        bare.append(processor_seconds(lambda: floor(file, calls)))
    ratios = [m[0] / b[0] for m, b in zip(mine, bare, strict=True)]
    per_frame = [statistics.median(seconds[0] for seconds in kind) / frames * 1000 for kind in (mine, bare)]
    rate = frames / statistics.median(seconds[1] for seconds in mine)
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    return [
        file.name, str(frames), f"{per_frame[0]:.2f}", f"{per_frame[1]:.2f}",
        f"{statistics.median(ratios):.2f}", spread, f"{rate:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    engine = Engine.load(InferenceOptions())
    table = Table(
        "file", "frames", "whole ms/frame", "floor ms/frame", "ratio", "spread", "frames/s", box=None
    )
    with tempfile.TemporaryDirectory() as folder:
        for file in arguments.files or clips(Path(folder)):
            table.add_row(*compare(engine, file, arguments.rounds))
    Console().print(table)


if __name__ == "__main__":
    main()
