"""What is told while files are analysed: how far, how fast, how long to go, what went wrong."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

from models.printable import printable
from semblance.files.kinds import is_named_like_picture
from semblance.files.pace import OF_A_PICTURE, Pace
from stream.addresses import file_address
from stream.recorded_end import recorded_length
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from rich.progress import TaskID

    from semblance.files.found import Input
    from semblance.files.outcome import Outcome

_EVERY = 0.1
_BAR = 20
_LONGEST_NAME = 28
_NARROWEST = 14


class Watching:
    """Draws on a terminal, where that is wanted; complaints and the sum at the end are always told.

    All of it goes to standard error.
    """

    def __init__(self, files: Sequence[Input], *, drawn: bool = True) -> None:
        self.incomplete = 0
        self.missing = dict.fromkeys(files)
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._drawn = drawn and self._console.is_terminal
        self._progress = Progress(
            # On a narrow terminal the bar gives way first, and then the end of what is said.
            TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, min_width=_NARROWEST)
            ),
            BarColumn(_BAR),
            TextColumn("{task.fields[said]}"),
            console=self._console,
            transient=True,
            disable=not self._drawn,
        )
        self._pace = Pace(len(files), time.monotonic())
        self._lengths: dict[Input, float | None] = {}
        self._whole = self._progress.add_task(self._pace.files, total=None, said="")
        self._tasks: dict[Input, TaskID] = {}

    def shown(self) -> AbstractContextManager[object]:
        return self._progress

    async def measure(self) -> None:
        """Finds out how long all of them are, so that it can be said how long they will take."""
        if not self._drawn:
            return
        for file in list(self.missing):
            self._lengths[file] = await asyncio.to_thread(_length, file)
            if file in self._tasks:
                self._progress.update(self._tasks[file], total=self._lengths[file])
        known = [length for length in self._lengths.values() if length is not None]
        if len(known) == len(self._lengths):
            self._pace.total = sum(known)
            self._progress.update(self._whole, total=self._pace.total)

    def begin(self, file: Input) -> Callable[[float], None]:
        """What is told the media seconds done of a file, once a frame."""
        name = printable(file.path.name)
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        self._tasks[file] = task = self._progress.add_task(short, total=self._lengths.get(file), said="")
        drawn, before = time.monotonic(), 0.0

        def tell(seconds: float) -> None:
            nonlocal drawn, before
            self._pace.add(seconds - before)
            before, now = seconds, time.monotonic()
            if self._drawn and now - drawn >= _EVERY:
                drawn = now
                length = self._lengths.get(file)
                said = f"{seconds:.1f} of {length:.1f} s" if length else f"{seconds:.1f} s"
                self._progress.update(task, completed=seconds, said=said)
                self._draw_all(now)

        return tell

    def done(self, file: Input, outcome: Outcome) -> None:
        del self.missing[file]
        self._pace.done(outcome, self._lengths.get(file))
        if outcome.complaint:
            self.incomplete += 1
            self.complain(outcome.complaint)
        if outcome.remark:
            self.remark(outcome.remark)
        self._progress.remove_task(self._tasks.pop(file))
        self._draw_all(time.monotonic())

    def complain(self, sentence: str) -> None:
        self._print(sentence, "red")

    def remark(self, sentence: str) -> None:
        self._print(sentence, "yellow")

    def sum_up(self) -> None:
        """Tells what was done, if anything was."""
        if said := self._pace.sum(time.monotonic()):
            self._print(said, None)

    def _draw_all(self, now: float) -> None:
        pace = self._pace
        self._progress.update(self._whole, description=pace.files, completed=pace.worked, said=pace.said(now))

    def _print(self, sentence: str, style: str | None) -> None:
        self._console.print(printable(sentence), style=style, markup=False)


def _length(file: Input) -> float | None:
    """In seconds of video; nothing where nothing can be read, `None` where it is not known."""
    if is_named_like_picture(file.path):
        return OF_A_PICTURE
    try:
        return recorded_length(file_address(file.path))
    except SourceError:
        return 0.0
