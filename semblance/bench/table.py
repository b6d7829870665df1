"""The report of a bench as tables, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from models.printable import printable
from semblance.bench.report import versions
from semblance.files.outcome import counted

if TYPE_CHECKING:
    from rich.console import Console

    from semblance.bench.report import Report
    from semblance.bench.trial import Trial


_NEARLY = 0.98
_NOTABLE = 0.05


def show(report: Report, console: Console) -> None:
    """The answer, what it was told from, and where the processor's time went."""
    console.print(_title(report), style="bold", markup=False)
    console.print()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for name, said in _lines(report):
        grid.add_row(name, Text(said))  # no markup: files have names with brackets
    console.print(grid)
    console.print()
    console.print(_stages(report.shown))


def _title(report: Report) -> str:
    info, findings = report.playing.info, report.findings
    streams = counted(findings.carried, "stream")
    of_size = f"{info.width}x{info.height} at {_rate(report)} frames/s"
    if not findings.complete:
        return f"At least {streams} of {of_size}, when it was interrupted"
    if report.bottleneck is not None and report.bottleneck.name == "none found":
        return f"{streams} of {of_size} and more: no more are tried"
    return f"{streams} of {of_size}"


def _lines(report: Report) -> list[tuple[str, str]]:
    shown, machine = report.shown, report.machine
    spent = shown.spending
    lines = [
        ("analysed", f"{shown.frames_per_second:.1f} frames/s, {shown.share:.1%} of what is due; "
                     f"the stream that fared worst {shown.least:.0%}"),
        ("latency", _latency(report)),
        ("processor", f"{spent.used:.2f} of {_cores(machine.cores)}"),
        ("memory", _memory(report)),
        ("played", _played(report)),
    ]  # fmt: skip
    if shown.others >= _NOTABLE * machine.cores:
        others = f"other programs took {shown.others:.2f} cores meanwhile"
        lines.append(("note", f"{others}; the answer is for what they left"))
    if report.bottleneck is not None:
        bound = report.bottleneck
        lines.append(("bottleneck", f"{bound.name}: {bound.evidence}"))
        if bound.relief:
            lines.append(("would help", bound.relief))
    lines += [
        ("models", "; ".join(f"{model.name} {model.version} on {model.provider}" for model in report.models)),
        (
            "machine",
            f"{machine.processor}, {_cores(machine.cores)}; {machine.gpu or 'no GPU'}; {machine.system}",
        ),
        ("versions", ", ".join(f"{name} {number}" for name, number in versions().items())),
    ]
    return [(name, printable(said)) for name, said in lines]


def _rate(report: Report) -> str:
    """What was asked for, where the medium has so many."""
    due, fps = report.playing.due, report.wishes.fps
    return f"{fps:g}" if due > _NEARLY * fps else f"{due:.3g}"


def _cores(number: float) -> str:
    return "1 core" if number == 1 else f"{number:g} cores"


def _latency(report: Report) -> str:
    p50, p95 = report.shown.p50, report.shown.p95
    if p50 is None or p95 is None:
        return "no frame was read"
    bound = 1000 * report.wishes.latency
    return f"p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms from capture to reading (bound: {bound:.0f} ms)"


def _memory(report: Report) -> str:
    per_stream = report.findings.memory_per_stream
    further = "" if per_stream is None else f", {per_stream / 1e6:.1f} MB for each further stream"
    return f"{report.shown.memory / 1e6:.0f} MB{further}"


def _played(report: Report) -> str:
    playing, info = report.playing, report.playing.info
    rate = "" if info.fps is None else f" at {info.fps:.4g} frames/s"
    picked = f"{playing.due:.3g} of them analysed"
    medium = f"{info.codec} {info.width}x{info.height}{rate}, decoded in {report.shown.decoder}"
    return f"{playing.shown}, {report.shown.faces:.1f} faces seen in a frame; {medium}, {picked}"


def _stages(shown: Trial) -> Table:
    spent = shown.spending
    table = Table("processor time", box=None, padding=(0, 2))
    for heading in ("ms/frame", "share"):
        table.add_column(heading, justify="right")
    rate = shown.frames_per_second or 1.0
    for stage, cores in spent.stages.items():
        table.add_row(stage, f"{1000 * cores / rate:.2f}", f"{cores / (spent.used or 1.0):.0%}")
    table.add_row("all", f"{1000 * spent.used / rate:.2f}", "", style="bold")
    return table
