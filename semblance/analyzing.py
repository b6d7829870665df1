"""`semblance analyze`: files in, results on standard output or in a file, progress on the terminal."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from inference.engine import Engine
from inference.sessions import InferenceError
from models.manifest import ModelError, UnknownModelError
from semblance.analysis import Analysis
from semblance.analysis_output import Csv, JsonLines
from semblance.configuration import load
from semblance.emotion_output import EmotionApi
from semblance.failure import Failure, UsageFailure, leaf
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from aggregation.summary import Weights
    from inference.options import InferenceOptions
    from semblance.output import Output
    from stream.spec import Detail

_OUTPUTS: Mapping[str, Callable[[TextIO, float, float, Weights], Output]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "emotion-api": EmotionApi,
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says of inference; what it leaves out (`None`) is as in the settings.

    Without a `detail`, pictures are looked at as closely as can be and videos as streams usually are.
    """

    detector: str | None = None
    classifier: str | None = None
    detail: Detail | None = None
    min_confidence: float | None = None

    def over(self, options: InferenceOptions) -> InferenceOptions:
        sure = options.min_confidence if self.min_confidence is None else self.min_confidence
        return replace(
            options,
            detector=self.detector or options.detector,
            classifier=self.classifier or options.classifier,
            min_confidence=sure,
        )


def analyze(
    files: Sequence[Path],
    kind: str,
    path: Path | None,
    *,
    window: float,
    interval: float,
    weights: Weights = "equal",
    wishes: Wishes,
) -> None:
    """Analyses each file; those that fail are reported and the rest goes on. Raises `Failure`."""
    options = wishes.over(load().inference.options())
    _keep_apart(files, path)
    try:
        with _opened(path) as out:
            output: Output = _OUTPUTS[kind](out, window, interval, weights)
            failed = asyncio.run(_all(Analysis(_engine(options), output, wishes.detail), files))
    except* BrokenPipeError:
        raise Failure("the program that reads the output has ended before the output did") from None
    except* OSError as errors:
        reason = leaf(errors)
        raise Failure(f"{path or 'standard output'}: cannot be written: {reason}") from None
    if failed:
        raise Failure(f"{failed} of {len(files)} files could not be read to their end")


def _keep_apart(files: Sequence[Path], path: Path | None) -> None:
    """Opening the output empties it."""
    if path is not None and path.exists() and any(file.exists() and path.samefile(file) for file in files):
        raise UsageFailure(f"{path}: is one of the files to be analysed; write to another")


def _engine(options: InferenceOptions) -> Engine:
    try:
        return Engine.load(options)
    except UnknownModelError as error:
        raise UsageFailure(str(error)) from None
    except (InferenceError, ModelError) as error:
        raise Failure(str(error)) from None


async def _all(analysis: Analysis, files: Sequence[Path]) -> int:
    console = Console(stderr=True, highlight=False)
    failed = 0
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.1f} s")
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        for file in files:
            task = progress.add_task(file.name.encode(errors="replace").decode(), total=None)
            try:
                await analysis.file(file, lambda seconds, task=task: progress.update(task, completed=seconds))  # type: ignore[misc]
            except SourceError as error:
                failed += 1
                console.print(error.message, style="red", markup=False, soft_wrap=True)
            progress.update(task, total=1, completed=1)
    return failed


@contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        out = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise Failure(f"{path}: cannot be written: {error.strerror}") from None
    with out:
        yield out
