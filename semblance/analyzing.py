"""`semblance analyze`: files in; lines, tables, copies and a report out; progress on the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inference.engine import Engine
from inference.sessions import InferenceError
from models.manifest import ModelError, UnknownModelError
from semblance.analysis import Analysis
from semblance.configuration import load
from semblance.failure import Failure, UsageFailure, leaf
from semblance.files.forms import FORMS
from semblance.files.found import find
from semblance.files.making import Making
from semblance.files.results import FolderResults, in_one
from semblance.files.run import run
from semblance.files.targets import Target, Targets
from semblance.files.watching import Watching
from stream.cores import cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from inference.options import InferenceOptions
    from semblance.files.forms import FormName
    from semblance.files.found import Input
    from semblance.files.making import Windows
    from semblance.files.results import Results
    from semblance.report.output import Report
    from stream.spec import Detail

_MOST_NAMED = 10


class Interrupted(Failure):
    """Status 130, as a shell says it of what was interrupted."""

    status = 130


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says of inference; what it leaves out (`None`) is as in the settings.

    Without a `detail`, pictures are looked at as closely as can be and videos as streams usually are.
    """

    detector: str | None = None
    classifier: str | None = None
    detail: Detail | None = None
    min_confidence: float | None = None
    fps: float | None = None

    def over(self, options: InferenceOptions) -> InferenceOptions:
        sure = options.min_confidence if self.min_confidence is None else self.min_confidence
        return replace(
            options,
            detector=self.detector or options.detector,
            classifier=self.classifier or options.classifier,
            min_confidence=sure,
        )


@dataclass(frozen=True, slots=True)
class Products:
    """What is to be made. Lines are made unless only copies or a report are asked for."""

    windows: Windows
    form: FormName | None = None
    output: str | None = None
    video: str | None = None
    report: Path | None = None
    with_pictures: bool = False
    resume: bool = False

    @property
    def lines(self) -> bool:
        return bool(self.form or self.output) or not (self.video or self.report)

    def targets(self) -> Targets:
        """Raises `UsageFailure` where the options do not go together."""
        output = Target.of(self.output) if self.output and self.output != "-" else None
        video = Target.of(self.video) if self.video else None
        if self.with_pictures and self.report is None:
            raise UsageFailure("--with-pictures is for a --report")
        if self.resume and (self.report or not (output or video)):
            raise UsageFailure(
                "--resume is for an --output or a --video that is a folder, and not for a --report"
            )
        if self.resume and not all(target.folder for target in (output, video) if target):
            raise UsageFailure(
                "--resume wants a folder, named with a slash at its end where it is not there yet"
            )
        return Targets(output, video, self.report, FORMS[self.form or "jsonl"].suffix)


def analyze(named: Sequence[Path], products: Products, wishes: Wishes) -> None:
    """Analyses each file; what cannot be read whole is told, and the rest goes on. Raises `Failure`."""
    targets = products.targets()
    if products.form == "parquet" and targets.output is None and sys.stdout.isatty():
        raise UsageFailure("Parquet is not for a terminal; say --output FILE")
    found = find(named, targets.folders)
    if not found.files:
        raise Failure("\n".join(found.complaints))
    targets.check(found.files)
    files = [file for file in found.files if not (products.resume and targets.are_there(file))]
    on_terminal = products.lines and targets.output is None and sys.stdout.isatty()
    watching = Watching(files, drawn=not on_terminal)
    for complaint in found.complaints:
        watching.complain(complaint)
    if len(files) < len(found.files):
        watching.remark(
            f"{len(found.files) - len(files)} of {len(found.files)} files have been analysed before"
        )
    if files:
        _analyze(files, targets, products, wishes, watching)
    incomplete = watching.incomplete + len(found.complaints)
    if incomplete:
        count = len(files) + len(found.complaints)
        raise Failure(f"{incomplete} of {count} {'file' if count == 1 else 'files'} could not be read whole")


def _analyze(
    files: Sequence[Input], targets: Targets, products: Products, wishes: Wishes, watching: Watching
) -> None:
    try:
        engine = _engine(wishes.over(load().inference.options()))
        analysis = Analysis(engine, wishes.detail, wishes.fps)
        form = FORMS[products.form or "jsonl"]
        with _told(targets), _report(products, engine) as report, _results(targets, products) as results:
            making = Making(form, products.windows, results, targets.video_of, report, wishes.fps)
            asyncio.run(_all(files, analysis, making, watching))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise Interrupted(f"interrupted; not analysed: {_names(list(watching.missing))}") from None
    watching.sum_up()


async def _all(files: Sequence[Input], analysis: Analysis, making: Making, watching: Watching) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    with watching.shown():
        measuring = loop.create_task(watching.measure())
        try:
            await run(files, analysis.file, making.of, watching, at_once=_at_once())
        finally:
            measuring.cancel()
            await asyncio.gather(measuring, return_exceptions=True)


def _at_once() -> int:
    """One file alone keeps the cores busy but for its beginning and its end."""
    return max(2, cores() // 2)


def _results(targets: Targets, products: Products) -> AbstractContextManager[Results | None]:
    if not products.lines:
        return nullcontext()
    form = FORMS[products.form or "jsonl"]
    if targets.output is not None and targets.output.folder:
        return nullcontext(FolderResults(targets.output, form))
    return in_one(targets.output.path if targets.output else None, form)


@contextmanager
def _report(products: Products, engine: Engine) -> Iterator[Report | None]:
    """The page of all files that could be analysed, also after an interruption."""
    if products.report is None:
        yield None
        return
    from semblance.report.output import Report

    windows = products.windows
    report = Report(
        products.report,
        with_pictures=products.with_pictures,
        length=windows.length,
        interval=windows.interval,
        weights=windows.weights,
        models=engine.models,
    )
    try:
        yield report
    finally:
        report.close()


@contextmanager
def _told(targets: Targets) -> Iterator[None]:
    """Failures to write, in a sentence."""
    where = targets.output.path if targets.output else "standard output"
    try:
        yield
    except* BrokenPipeError:
        # Python would complain of the same pipe once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Failure("the program that reads the output has ended before the output did") from None
    except* OSError as errors:
        error = leaf(errors)
        name = getattr(error, "filename", None) or where
        raise Failure(f"{name}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    except* Failure as failures:
        raise leaf(failures) from None


def _names(files: Sequence[Input]) -> str:
    names = ", ".join(str(file.path) for file in files[:_MOST_NAMED])
    more = len(files) - _MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _engine(options: InferenceOptions) -> Engine:
    try:
        return Engine.load(options, lanes=cores())
    except UnknownModelError as error:
        raise UsageFailure(str(error)) from None
    except (InferenceError, ModelError) as error:
        raise Failure(str(error)) from None
