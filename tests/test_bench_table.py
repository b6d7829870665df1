"""The tables of a bench, for people."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from semblance.bench.bottleneck import Bottleneck
from semblance.bench.findings import Findings
from semblance.bench.machine import Machine
from semblance.bench.playing import Playing
from semblance.bench.report import Report
from semblance.bench.table import show
from semblance.bench.wishes import Wishes
from stream.source import SourceInfo
from tests.bench_trials import trial

if TYPE_CHECKING:
    from semblance.bench.trial import Trial

MACHINE = Machine("AMD EPYC", 2.0, None, "Linux 6.1 x86_64")
FULL = Bottleneck("processor", "1.98 of 2 cores are busy", "more cores")


def shown(
    seen: Trial,
    *,
    complete: bool = True,
    bottleneck: Bottleneck | None = FULL,
    name: str = "clip.mp4",
    due: float = 10,
) -> str:
    """What is printed on a terminal of 200 columns."""
    playing = Playing(f"file:{name}", name, SourceInfo(640, 360, 25.0, "h264"), 10.0, due)
    wishes = Wishes(Path(name), 10.0, 0.5, 4.0, None, 1024)
    findings = Findings(0.5, [seen], complete, seen if seen.carried(0.5) else None)
    out = io.StringIO()
    report = Report(wishes, playing, findings, seen, bottleneck, (), MACHINE)
    show(report, Console(file=out, width=200))
    return out.getvalue()


def test_the_answer_comes_first_and_then_what_it_is_told_from() -> None:
    text = shown(trial(17))
    assert text.startswith("17 streams of 640x360 at 10 frames/s\n")
    assert "170.0 frames/s, 100.0% of what is due" in text
    assert "p50 50 ms, p95 100 ms from capture to reading (bound: 500 ms)" in text
    assert "1.50 of 2 cores" in text
    assert "processor: 1.98 of 2 cores are busy" in text
    assert "detect" in text
    assert "47%" in text  # 0.7 of 1.5 cores
    assert "other programs" not in text


def test_what_others_took_is_noted() -> None:
    assert "other programs took 0.40 cores meanwhile; the answer is for what they left" in shown(
        trial(others=0.4)
    )


def test_an_answer_that_is_not_whole_says_so() -> None:
    text = shown(trial(1), complete=False, bottleneck=None)
    assert text.startswith("At least 1 stream of 640x360 at 10 frames/s, when it was interrupted\n")
    assert "bottleneck" not in text
    more = shown(
        trial(8), bottleneck=Bottleneck("none found", "the most that was to be tried is carried", "")
    )
    assert more.startswith("8 streams of 640x360 at 10 frames/s and more: no more are tried\n")
    assert "would help" not in more


def test_a_file_with_fewer_frames_than_asked_for_is_told_by_its_own() -> None:
    assert shown(trial(4), due=2.0).startswith("4 streams of 640x360 at 2 frames/s\n")


def test_names_are_shown_as_they_are() -> None:
    assert "a[bold]b.mp4" in shown(trial(), name="a[bold]b.mp4")
    assert "no frame was read" in shown(trial(share=0.0, p95=None))
