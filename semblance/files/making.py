"""What is made of each file: its lines, its annotated copy, its chapter of the report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from semblance.files.in_thread import in_thread
from semblance.files.outcome import Tally
from semblance.several_outputs import SeveralOutputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregation.summary import Weights
    from semblance.annotated.output import AnnotatedVideo
    from semblance.files.forms import Form
    from semblance.files.found import Input
    from semblance.files.outcome import Outcome
    from semblance.files.results import Result, Results
    from semblance.output import Lines, Output
    from semblance.report.output import Report
    from semblance.report.section import Section


class Made(Protocol):
    """Of one file."""

    @property
    def output(self) -> Output: ...

    async def begin(self) -> None:
        """Opens what is written; raises `OSError`."""
        ...

    async def close(self, outcome: Outcome | None) -> None:
        """The file is done, or was stopped: then there is no outcome, and nothing of it is to stay."""
        ...


@dataclass(frozen=True, slots=True)
class Windows:
    """Which windows are wanted."""

    length: float
    interval: float
    weights: Weights


class Making:
    """Makes lines where there are `results` for them, copies where `video` names one, and the report."""

    def __init__(
        self,
        form: Form,
        windows: Windows,
        results: Results | None,
        video: Callable[[Input], Path | None],
        report: Report | None,
    ) -> None:
        self._form = form
        self._windows = windows
        self._results = results
        self._video = video
        self._report = report

    def of(self, file: Input) -> Made:
        """To be asked for in the order of the files."""
        result = self._results.of(file) if self._results else None
        path = self._video(file)
        copy = self._copy(path)
        others: list[Output] = [] if copy is None else [copy]
        section = self._report.section() if self._report else None
        if section is not None:
            others.append(section)
        first = self._lines(result.lines) if result else Tally()
        return _Made(
            str(file.path), SeveralOutputs(first, *others), result, copy, path and path.parent, section
        )

    def _lines(self, out: Lines) -> Output:
        windows = self._windows
        return self._form.output(out, windows.length, windows.interval, windows.weights)

    def _copy(self, path: Path | None) -> AnnotatedVideo | None:
        if path is None:
            return None
        from semblance.annotated.output import AnnotatedVideo

        return AnnotatedVideo(path)


@dataclass(frozen=True, slots=True)
class _Made:
    """`place` is the folder of the copy."""

    file: str
    output: Output
    result: Result | None
    copy: AnnotatedVideo | None
    place: Path | None
    section: Section | None

    async def begin(self) -> None:
        if self.place is not None:
            await in_thread(partial(self.place.mkdir, parents=True, exist_ok=True))
        if self.result is not None:
            await self.result.begin()

    async def close(self, outcome: Outcome | None) -> None:
        if self.copy is not None:
            await in_thread(self.copy.discard)  # one that has ended stays
        if self.section is not None:
            self._close_section(self.section, outcome)
        if self.result is None:
            return
        if outcome is None:
            await self.result.discard()
        elif outcome.frames:
            await self.result.done()
        else:
            await self.result.nothing()

    def _close_section(self, section: Section, outcome: Outcome | None) -> None:
        if outcome is None:
            section.discard()
        elif outcome.complaint:
            section.complain(self.file, outcome.complaint)
