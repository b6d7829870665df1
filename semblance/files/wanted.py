"""What the command line asks of `semblance analyze`: how files are looked at, what is made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from semblance.failure import UsageFailure
from semblance.files.forms import FORMS
from semblance.files.targets import Target, Targets

if TYPE_CHECKING:
    from pathlib import Path

    from inference.options import Every, InferenceOptions
    from semblance.files.forms import FormName
    from semblance.files.making import Windows
    from stream.spec import Detail

_MOST_FRAMES = 30


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
    detect_every: Every | None = None

    def over(self, options: InferenceOptions) -> InferenceOptions:
        sure = options.min_confidence if self.min_confidence is None else self.min_confidence
        return replace(
            options,
            detector=self.detector or options.detector,
            classifier=self.classifier or options.classifier,
            min_confidence=sure,
            detect_every=self.detect_every or options.detect_every,
        )


def every_of(said: str) -> Every:
    """What `--detect-every` says. Raises `UsageFailure` where it is no such number."""
    if said == "auto":
        return "auto"
    if said.isdecimal() and said.isascii() and 1 <= int(said) <= _MOST_FRAMES:
        return int(said)
    raise UsageFailure(
        f"--detect-every {said!r} is neither auto nor a whole number from 1 to {_MOST_FRAMES}; 1 searches "
        "every frame"
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
        for option, value in (("--output", self.output), ("--video", self.video)):
            if value == "":
                raise UsageFailure(f"{option} has an empty name; is a variable of the shell not set?")
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
