"""Files analysed several at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from semblance.files.found import Input
    from semblance.files.making import Made
    from semblance.files.outcome import Outcome
    from semblance.output import Output


class Analyse(Protocol):
    """Analyses one file; several calls may be under way at once."""

    async def __call__(self, path: Path, output: Output, progress: Callable[[float], None]) -> Outcome: ...


class Watch(Protocol):
    """Is told how it goes."""

    def begin(self, file: Input) -> Callable[[float], None]: ...

    def done(self, file: Input, outcome: Outcome) -> None: ...


async def run(
    files: Sequence[Input], analyse: Analyse, make: Callable[[Input], Made], watch: Watch, *, at_once: int
) -> None:
    """Begins them in their order. Raises what making raises; cancelled, it leaves only what is whole."""
    waiting = iter(files)

    async def work(waiting: Iterator[Input]) -> None:
        for file in waiting:
            made, outcome = make(file), None
            try:
                await made.begin()
                outcome = await analyse(file.path, made.output, watch.begin(file))
            finally:
                await made.close(outcome)
            watch.done(file, outcome)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(at_once, len(files))):
            tasks.create_task(work(waiting))
