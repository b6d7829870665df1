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
from typing import TYPE_CHECKING, Any

import av
from rich.console import Console
from rich.table import Table

from inference.engine import Engine
from inference.options import InferenceOptions
from inference.sessions import Session
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from tests.bench.material import clips, processor_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


class Recorder:
    """Remembers every `session.run` the engine makes, and an input of each shape to make it with again."""

    def __init__(self) -> None:
        self.calls: list[tuple[Session, tuple[int, ...], tuple[str, ...]]] = []
        self.inputs: dict[tuple[int, ...], NDArray[Any]] = {}
        self._run: Callable[..., list[NDArray[np.float32]]] = Session.run

    def __enter__(self) -> Recorder:
        run, calls, inputs = self._run, self.calls, self.inputs

        def recorded(
            session: Session, batch: NDArray[Any], outputs: tuple[str, ...]
        ) -> list[NDArray[np.float32]]:
            calls.append((session, batch.shape, outputs))
            if batch.shape not in inputs:
                inputs[batch.shape] = batch.copy()
            return run(session, batch, outputs)

        Session.run = recorded  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_: object) -> None:
        Session.run = self._run  # type: ignore[method-assign]


def whole(engine: Engine, file: Path) -> int:
    """Analyses a file; the number of readings and summaries."""
    out = io.StringIO()
    asyncio.run(Analysis(engine, JsonLines(out, 2.0, 0.5)).file(file, lambda _: None))
    return out.getvalue().count("\n")


def floor(file: Path, recorder: Recorder) -> None:
    """Decodes the file and makes the recorded calls, with nothing between."""
    with av.open(str(file)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass
    for session, shape, outputs in recorder.calls:
        session.run(recorder.inputs[shape], outputs)


def compare(engine: Engine, file: Path, rounds: int) -> list[str]:
    """A row of the table: medians over the rounds."""
    with Recorder() as recorder:
        whole(engine, file)
    frames = sum(1 for _ in av.open(str(file)).decode(video=0))
    mine, bare = [], []
    for _ in range(rounds):
        mine.append(processor_seconds(lambda: whole(engine, file)))
        bare.append(processor_seconds(lambda: floor(file, recorder)))
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
