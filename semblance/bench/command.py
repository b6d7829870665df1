"""`semblance bench`: what is asked is checked, what is played is made, the answer searched for and told."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

from inference.engine import Engine
from inference.sessions import InferenceError
from models.manifest import ModelError, UnknownModelError
from semblance import open_files
from semblance.bench import threads
from semblance.bench.bottleneck import bottleneck
from semblance.bench.findings import Findings
from semblance.bench.machine import machine
from semblance.bench.playing import playing
from semblance.bench.progress import Progress
from semblance.bench.report import Report
from semblance.bench.standing import standing
from semblance.bench.table import show
from semblance.configuration import load as load_settings
from semblance.failure import Failure, UsageFailure, leaf
from semblance.stopping import STATUS
from stream.ffmpeg_devices import FfmpegDevices
from stream.hardware import Hardware

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from inference import LoadedModel
    from inference.options import InferenceOptions
    from semblance.bench.load import Load
    from semblance.bench.playing import Playing
    from semblance.bench.wishes import Wishes
    from semblance.settings import Settings
    from semblance.stopping import Stop

_DISTURBED = (
    "semblance: other programs took more than a quarter of the processor meanwhile: the answer is for what "
    "they left, and may be another next time; run it on a machine that does nothing else"
)


class Interrupted(Failure):
    """What is known so far has been told."""

    status = STATUS


@dataclass(slots=True)
class _Bench:
    """What there is to be told, as it becomes known."""

    wishes: Wishes
    findings: Findings
    playing: Playing | None = None
    models: Sequence[LoadedModel] = field(default=())

    def report(self) -> Report | None:
        """`None` before the first trial has ended."""
        shown = self.findings.shown
        if self.playing is None or shown is None:
            return None
        of_all = machine()
        on_gpu = any(model.task == "face" and model.provider != "cpu" for model in self.models)
        beyond = self.findings.beyond
        known = beyond is not None or self.findings.complete
        found = bottleneck(beyond, of_all.cores, on_gpu=on_gpu) if known else None
        return Report(self.wishes, self.playing, self.findings, shown, found, self.models, of_all)


def bench(wishes: Wishes, stop: Stop, *, as_json: bool) -> None:
    """Searches, and tells what was found. Raises `Failure`."""
    stop.begin()
    if not _told_somewhere():
        raise Failure("standard output is closed, and the answer is written there")
    if not threads.available():
        raise Failure("bench reads from /proc what each thread takes, and this system has no such thing")
    work = _Bench(wishes, Findings(wishes.latency))
    settings = load_settings()
    open_files.allow_many()
    interrupted = False
    try:
        with TemporaryDirectory(prefix="semblance-") as folder, _quiet():
            _work(work, settings, Path(folder), stop)
    except (KeyboardInterrupt, asyncio.CancelledError):
        interrupted = True
    report = work.report()
    if report is not None:
        _tell(report, as_json=as_json)
    if interrupted:
        raise Interrupted("interrupted" if report else "interrupted before anything was known")
    if not work.findings.carried:
        raise Failure(_none_carried(wishes))


def _told_somewhere() -> bool:
    """Python has no standard output where a shell closed it (`>&-`)."""
    out: TextIO | None = sys.stdout
    return out is not None and not out.closed


@contextmanager
def _quiet() -> Iterator[None]:
    """The service does not warn that it is overloaded: to be so is what this is for."""
    log = logging.getLogger("semblance")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _work(work: _Bench, settings: Settings, folder: Path, stop: Stop) -> None:
    wishes = work.wishes
    with Progress() as progress:
        work.playing = playing(wishes.material, wishes.fps, folder, progress.drawing)
        progress.doing("loading the models")
        hardware = Hardware(settings.sources.hardware, FfmpegDevices())
        decodes = hardware.accelerator() is not None  # before the models: see `stream.ffmpeg_devices`
        options = settings.inference.options()
        chosen = replace(options, provider=wishes.provider or options.provider)
        engine = _engine(chosen, graphs=not decodes)
        work.models = engine.models
        stop.check()
        try:
            asyncio.run(
                _searched(
                    work,
                    standing(engine, settings, hardware, work.playing, folder, wishes.latency),
                    progress,
                    stop,
                )
            )
        except* Failure as failures:
            raise leaf(failures) from None
        finally:
            engine.close()


async def _searched(
    work: _Bench, place: AbstractAsyncContextManager[Load], progress: Progress, stop: Stop
) -> None:
    stop.cancelled(asyncio.current_task())
    progress.doing("warming the models")
    async with place as load:
        await work.findings.search(load, work.wishes.seconds, work.wishes.most, progress)


def _engine(options: InferenceOptions, *, graphs: bool) -> Engine:
    try:
        return Engine.load(options, graphs=graphs)
    except UnknownModelError as error:
        raise UsageFailure(str(error)) from None
    except (InferenceError, ModelError) as error:
        raise Failure(str(error)) from None


def _tell(report: Report, *, as_json: bool) -> None:
    try:
        if as_json:
            sys.stdout.write(json.dumps(report.document()) + "\n")
            sys.stdout.flush()
        else:
            show(report, Console(highlight=False))
    except BrokenPipeError:
        # Python would complain of the same pipe once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Failure("the program that reads the output has ended before the output did") from None
    except OSError as error:
        raise Failure(f"standard output cannot be written: {error.strerror}") from None
    if report.disturbed:
        Console(stderr=True, highlight=False, soft_wrap=True).print(_DISTURBED, markup=False)


def _none_carried(wishes: Wishes) -> str:
    return (
        f"not even one such stream is carried within {1000 * wishes.latency:g} ms; "
        "a lower --fps, smaller pictures or a longer --latency may be"
    )
