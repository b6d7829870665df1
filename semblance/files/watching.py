"""What is told while files are analysed: how far, how fast, how long to go, what went wrong."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from models.printable import printable
from semblance.analysis import file_address
from semblance.files.kinds import is_named_like_picture
from stream.recorded_end import recorded_length
from stream.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from rich.progress import TaskID

    from semblance.files.found import Input
    from semblance.files.outcome import Outcome

_EVERY = 0.1
_LONGEST_NAME = 32
_OF_A_PICTURE = 0.2
"""Seconds of video that take about as long as a picture."""


class Watching:
    """Draws on a terminal alone; complaints, and the sum at the end, are always told on standard error."""

    def __init__(self, files: Sequence[Input]) -> None:
        self.incomplete = 0
        self.missing = dict.fromkeys(files)
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._drawn = self._console.is_terminal
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[said]}"),
        )
        self._progress = Progress(*columns, console=self._console, disable=not self._drawn)
        self._pace = _Pace(len(files))
        self._tasks: dict[Input, TaskID] = {}
        self._whole = self._progress.add_task(self._pace.files, total=None, said="", visible=len(files) > 1)
        self._lengths: dict[Input, float | None] = {}

    def shown(self) -> AbstractContextManager[object]:
        return self._progress

    async def measure(self) -> None:
        """Finds out how long all of them are, which is known from the first only for those that say so."""
        if not self._drawn:
            return
        for file in self.missing.copy():
            self._lengths[file] = await asyncio.to_thread(_length, file)
            if file in self._tasks:
                self._progress.update(self._tasks[file], total=self._lengths[file])
        lengths = list(self._lengths.values())
        if None not in lengths:
            self._pace.total = sum(length for length in lengths if length is not None)
            self._progress.update(self._whole, total=self._pace.total)

    def begin(self, file: Input) -> Callable[[float], None]:
        """What is told the media seconds done of a file, once a frame."""
        name = printable(file.path.name)
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        self._tasks[file] = task = self._progress.add_task(short, total=self._lengths.get(file), said="")
        began = drawn = time.monotonic()
        frames, before = 0, 0.0

        def tell(seconds: float) -> None:
            nonlocal drawn, frames, before
            frames += 1
            self._pace.add(seconds - before)
            before = seconds
            now = time.monotonic()
            if self._drawn and now - drawn >= _EVERY:
                drawn = now
                said = f"{seconds:.1f} s, {_speed(seconds, frames, now - began)}"
                self._progress.update(task, completed=seconds, said=said)
                self._draw_all()

        return tell

    def done(self, file: Input, outcome: Outcome) -> None:
        del self.missing[file]
        length = self._lengths.get(file) or 0.0
        self._pace.done(outcome, length, picture=is_named_like_picture(file.path))
        if outcome.complaint:
            self.incomplete += 1
            self.complain(outcome.complaint)
        if outcome.remark:
            self._print(outcome.remark, "yellow")
        self._progress.remove_task(self._tasks.pop(file))
        self._draw_all()

    def complain(self, sentence: str) -> None:
        self._print(sentence, "red")

    def sum_up(self) -> None:
        self._print(self._pace.sum(), None)

    def _draw_all(self) -> None:
        pace = self._pace
        self._progress.update(self._whole, description=pace.files, completed=pace.worked, said=pace.said())

    def _print(self, sentence: str, style: str | None) -> None:
        self._console.print(printable(sentence), style=style, markup=False)


class _Pace:
    """What has been done of all files; `worked` and `total` count seconds of video, or what takes as long."""

    def __init__(self, count: int) -> None:
        self.total: float | None = None
        self.worked = 0.0
        self._count = count
        self._done = self._frames = self._faces = 0
        self._seconds = 0.0
        self._began = time.monotonic()

    @property
    def files(self) -> str:
        return f"{self._done} of {self._count} files"

    def add(self, seconds: float) -> None:
        """A frame that many seconds after the one before."""
        self._frames += 1
        self._seconds += seconds
        self.worked += seconds

    def done(self, outcome: Outcome, length: float, *, picture: bool) -> None:
        self._done += 1
        self._faces += outcome.faces
        if picture:
            self._frames += outcome.frames
            self.worked += _OF_A_PICTURE
        else:
            self.worked += max(0.0, length - outcome.seconds)

    def said(self) -> str:
        took = time.monotonic() - self._began
        speed = _speed(self._seconds, self._frames, took)
        if not self.total or not self.worked:
            return speed
        left = timedelta(seconds=round(took * max(0.0, self.total / self.worked - 1)))
        return f"{speed}, {left} left"

    def sum(self) -> str:
        took = time.monotonic() - self._began
        files = "1 file" if self._done == 1 else f"{self._done} files"
        said = f"{files}, {self._frames:,} frames, {self._faces:,} faces"
        if self._seconds:
            said += f", {self._seconds:,.1f} s of video"
        return f"{said} in {took:.1f} s: {_speed(self._seconds, self._frames, took)}"


def _speed(seconds: float, frames: int, took: float) -> str:
    took = max(took, 1e-3)
    rate = f"{frames / took:.0f} frames/s"
    return f"{seconds / took:.1f} x real time, {rate}" if seconds else rate


def _length(file: Input) -> float | None:
    """In seconds of video; nothing where nothing can be read, `None` where it is not known."""
    if is_named_like_picture(file.path):
        return _OF_A_PICTURE
    try:
        return recorded_length(file_address(file.path))
    except SourceError:
        return 0.0
