"""`semblance analyze`: files in; lines, tables, copies and a report out; progress on the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager, nullcontext
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
from semblance.files.outcome import counted
from semblance.files.results import FolderResults, in_one
from semblance.files.run import run
from semblance.files.watching import Watching
from semblance.report.asked import Asked
from semblance.stopping import STATUS
from stream.cores import cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from inference.options import InferenceOptions
    from semblance.files.found import Input
    from semblance.files.results import Results
    from semblance.files.targets import Targets
    from semblance.files.wanted import Products, Wishes
    from semblance.report.output import Report
    from semblance.stopping import Stop

_MOST_NAMED = 10


class Interrupted(Failure):
    """What is whole stays."""

    status = STATUS


def analyze(named: Sequence[Path], products: Products, wishes: Wishes, stop: Stop) -> None:
    """Analyses each file; what cannot be read whole is told, and the rest goes on. Raises `Failure`."""
    stop.begin()
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
        left_out = len(found.files) - len(files)
        watching.remark(
            f"{left_out} of {counted(len(found.files), 'file')} left out: their results are there"
        )
    if files:
        _analyze(files, targets, products, wishes, watching, stop)
    _judge(watching.incomplete, len(files), len(found.complaints))


def _judge(incomplete: int, files: int, empty: int) -> None:
    """Raises `Failure` where not all that was named could be read whole."""
    said = []
    if incomplete:
        said.append(f"{incomplete} of {counted(files, 'file')} could not be read whole")
    if empty:
        said.append(f"{empty} of the names given {'stands' if empty == 1 else 'stand'} for no file")
    if said:
        raise Failure("; ".join(said))


def _analyze(
    files: Sequence[Input],
    targets: Targets,
    products: Products,
    wishes: Wishes,
    watching: Watching,
    stop: Stop,
) -> None:
    try:
        targets.make_folders()
        with _told(targets), _results(targets, products) as results:
            options = wishes.over(load().inference.options())
            engine = _engine(options)
            stop.check()
            analysis = Analysis(engine, wishes.detail, wishes.fps)
            form = FORMS[products.form or "jsonl"]
            asked = Asked(wishes.fps, wishes.detail, options.min_confidence)
            with _report(products, asked, engine) as report:
                making = Making(form, products.windows, results, targets.video_of, report)
                asyncio.run(_all(files, analysis, making, watching, stop))
    except (KeyboardInterrupt, asyncio.CancelledError):
        missing = _names(list(watching.missing))
        raise Interrupted(f"interrupted; not analysed: {missing or 'nothing is missing'}") from None
    watching.sum_up()


async def _all(
    files: Sequence[Input], analysis: Analysis, making: Making, watching: Watching, stop: Stop
) -> None:
    loop = asyncio.get_running_loop()
    stop.cancelled(asyncio.current_task())
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
def _report(products: Products, asked: Asked, engine: Engine) -> Iterator[Report | None]:
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
        asked=asked,
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
