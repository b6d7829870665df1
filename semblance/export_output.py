"""Where an export goes: a file, which is there only once it is whole, or standard output."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from aggregation import microseconds
from semblance.failure import Failure, UsageFailure
from semblance.files.whole_file import part_of
from web.messages import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np

    from semblance.export_command import Form
    from web.history.formats.sheet import Encoder

    Portion = Sequence[object] | np.ndarray[tuple[int, ...], np.dtype[np.void]]

P = TypeVar("P", bound="Portion")

_BY_SUFFIX: Mapping[str, Form] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "ndjson",
    ".ndjson": "ndjson",
    ".parquet": "parquet",
}


@dataclass(frozen=True, slots=True)
class Output:
    """`path` is `None` for standard output."""

    path: Path | None
    form: Form

    @classmethod
    def of(cls, path: Path | None, form: Form | None) -> Output:
        """Raises `UsageFailure`."""
        if path == Path("-"):
            path = None
        form = form or (_BY_SUFFIX.get(path.suffix.lower(), "csv") if path else "csv")
        if form == "parquet" and path is None and sys.stdout.isatty():
            raise UsageFailure("Parquet is not for a terminal; say --output FILE")
        return cls(path, form)


def written(portions: Iterable[P], encoder: Encoder[P], output: Output, end: Callable[[P], int]) -> None:
    """Writes all portions; `end` is up to when one reaches, in microseconds. Raises `Failure`."""
    count = 0
    with _progress() as progress, _opened(output.path) as out:
        task = progress.add_task("reading")
        out.write(encoder.begin())
        for portion in portions:
            out.write(encoder.add(portion))
            count += len(portion)
            if len(portion):
                reached = utc(microseconds.to_seconds(end(portion)))
                progress.update(task, description=f"{count:,} written, up to {reached}")
        out.write(encoder.end())
    if output.path is not None:
        Console(stderr=True, highlight=False).print(
            f"{output.path}: {count:,} written", markup=False, soft_wrap=True
        )


def _progress() -> Progress:
    console = Console(stderr=True, highlight=False)
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    try:
        if path is None:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        else:
            with _whole(path) as out:
                yield out
    except BrokenPipeError:
        # Python would complain of the same pipe once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Failure("the program that reads the output has ended before the output did") from None
    except OSError as error:
        raise Failure(f"{path or 'standard output'}: cannot be written: {error.strerror}") from None


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """What is half written stands beside, so that nobody takes it for the whole."""
    if path.exists() and not path.is_file():  # a device or a pipe
        with path.open("wb") as out:
            yield out
        return
    part = part_of(path)
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
