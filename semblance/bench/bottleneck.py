"""The bottleneck: what was full when there was one stream too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from semblance.bench.trial import Trial

Name: TypeAlias = Literal[
    "processor",
    "other programs",
    "gpu",
    "detector",
    "classifier",
    "event loop",
    "decoder",
    "latency",
    "none found",
]

_FULL = 0.9
_LATE = 0.02
"""Seconds: a loop whose timers come later than that waits for its turn with the interpreter."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`evidence` is a sentence with the figures that tell of it, `relief` what would help, if anything."""

    name: Name
    evidence: str
    relief: str


def bottleneck(trial: Trial | None, cores: float, *, on_gpu: bool) -> Bottleneck:
    """Told from a trial of more streams than are carried; `None` where there was none."""
    if trial is None:
        return Bottleneck("none found", "the most that was to be tried is carried", "")
    spent = trial.spending
    running = spent.running[0] / spent.detecting if spent.detecting else 0.0
    if spent.used + trial.others >= _FULL * cores:
        return _others(trial, cores) if trial.others > spent.used else _processor(trial, cores)
    if spent.detecting >= _FULL and on_gpu and running >= 0.5:
        said = f"{running:.0%} of the {spent.detecting:.0%} of the time that its thread is at work"
        return Bottleneck(
            "gpu", f"the detector runs on it {said}", "a faster GPU, or a second service on another"
        )
    if spent.detecting >= _FULL:
        said = f"the thread that looks for faces is at work {spent.detecting:.0%} of the time"
        return Bottleneck(
            "detector", f"{said}; {_busy(spent.used, cores)}", "a smaller detail, fewer frames a second"
        )
    if spent.reading >= _FULL:
        said = f"the thread that follows and classifies is at work {spent.reading:.0%} of the time"
        return Bottleneck(
            "classifier", f"{said}; {_busy(spent.used, cores)}", "fewer faces or frames a second"
        )
    if spent.decoding >= _FULL:
        said = f"the thread of a stream decodes {spent.decoding:.0%} of the time"
        return Bottleneck("decoder", said, "smaller pictures, or fewer of them from the camera")
    if spent.loop >= _FULL or trial.lag > _LATE:
        late = f"its timers come up to {1000 * trial.lag:.0f} ms late"
        said = f"it computes {spent.loop:.0%} of the time, and {late}"
        return Bottleneck(
            "event loop", f"{said}; {_busy(spent.used, cores)}", "a second service beside this one"
        )
    late = "no frame was read" if trial.p95 is None else f"p95 is {1000 * trial.p95:.0f} ms"
    said = f"nothing is full ({_busy(spent.used, cores)}), but {late}"
    return Bottleneck("latency", said, "a longer --latency")


def _processor(trial: Trial, cores: float) -> Bottleneck:
    spent = trial.spending
    stage, most = max(spent.stages.items(), key=lambda item: item[1])
    share = most / spent.used if spent.used else 0.0
    said = f"{_busy(spent.used, cores)}, {share:.0%} of that with {_work(stage)}"
    if trial.others > 0.1 * cores:
        said += f"; other programs take {trial.others:.2f} more"
    return Bottleneck("processor", said, "more cores, a GPU, fewer frames a second")


def _others(trial: Trial, cores: float) -> Bottleneck:
    of_all = f"{trial.others:.2f} of {_counted(cores)}"
    said = f"other programs keep {of_all} busy, this one {trial.spending.used:.2f}"
    return Bottleneck("other programs", said, "a machine that does nothing else meanwhile")


def _busy(used: float, cores: float) -> str:
    return f"{used:.2f} of {_counted(cores)} {'is' if cores == 1 else 'are'} busy"


def _counted(cores: float) -> str:
    return f"{cores:g} core{'' if cores == 1 else 's'}"


def _work(stage: str) -> str:
    works = {
        "decode": "decoding",
        "convert": "converting pictures",
        "detect": "the detector",
        "classify": "the classifier",
        "follow and crop": "following and cropping faces",
        "event loop": "the event loop",
    }
    return works.get(stage, "all else")
