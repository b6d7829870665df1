"""Where `semblance analyze` is told to write, checked before anything is opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from semblance.failure import UsageFailure
from semblance.files.kinds import is_named_like_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from semblance.files.found import Input

_COPY = ".mp4"
_LONGEST_NAME = 240
"""Bytes: file systems take 255, and while it is made a file has a longer name."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file, or a folder for a file each: one that is there, or is named with a slash at its end."""

    path: Path
    folder: bool

    @classmethod
    def of(cls, text: str) -> Target:
        return cls(Path(text), text.endswith(("/", os.sep)) or os.path.isdir(text))

    def of_file(self, file: Input, suffix: str) -> Path:
        """In a folder, what belongs to a file lies where the file does below its own."""
        if not self.folder:
            return self.path
        return self.path / file.place.with_name(_named(file.place.name, suffix))


@dataclass(frozen=True, slots=True)
class Targets:
    """`output` is `None` for standard output; a copy is made of videos alone."""

    output: Target | None
    video: Target | None
    report: Path | None
    suffix: str

    @property
    def folders(self) -> Sequence[Path]:
        return [target.path for target in (self.output, self.video) if target and target.folder]

    def video_of(self, file: Input) -> Path | None:
        if self.video is None or is_named_like_picture(file.path):
            return None
        return self.video.of_file(file, "" if file.path.suffix.lower() == _COPY else _COPY)

    def check(self, files: Sequence[Input]) -> None:
        """Raises `UsageFailure` where a file would be written over, or one copy over another."""
        videos = [path for file in files if (path := self.video_of(file))]
        if len(videos) > 1 and self.video and not self.video.folder:
            raise UsageFailure(
                f"--video {self.video.path}: there are several videos; name a folder, with a slash at its end"
            )
        results = [self.output.of_file(file, self.suffix) for file in files] if self.output else []
        written = {os.path.realpath(path) for path in (*results, *videos, self.report) if path}
        for file in files:
            if os.path.realpath(file.path) in written:
                raise UsageFailure(f"{file.path}: is one of the files to be analysed; write to another")

    def are_there(self, file: Input) -> bool:
        """Whether all that is to be made of a file is there already, and newer than the file."""
        made = [self.output.of_file(file, self.suffix)] if self.output else []
        copy = self.video_of(file)
        return all(_newer(path, file.path) for path in ([*made, copy] if copy else made))


def _named(name: str, suffix: str) -> str:
    """The name with the suffix; of the longest names only the beginning, and what tells them apart."""
    coded, room = os.fsencode(name), _LONGEST_NAME - len(suffix)
    if len(coded) <= room:
        return name + suffix
    mark = f"~{sha256(coded).hexdigest()[:8]}"
    return coded[: room - len(mark)].decode(errors="ignore") + mark + suffix


def _newer(path: Path, than: Path) -> bool:
    try:
        return path.stat().st_mtime >= than.stat().st_mtime
    except OSError:
        return False
