"""Where `semblance analyze` is told to write, checked before anything is opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from semblance.failure import Failure, UsageFailure
from semblance.files.kinds import is_named_like_picture
from semblance.files.whole_file import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        return [target.path for target in self._targets if target.folder]

    def video_of(self, file: Input) -> Path | None:
        if self.video is None or is_named_like_picture(file.path):
            return None
        return self.video.of_file(file, "" if file.path.suffix.lower() == _COPY else _COPY)

    def check(self, files: Sequence[Input]) -> None:
        """Raises `UsageFailure` where a file would be written over, or two things to one place."""
        if self.video and not self.video.folder and len([file for file in files if self.video_of(file)]) > 1:
            raise UsageFailure(
                f"--video {self.video.path}: there are several videos; name a folder, with a slash at its end"
            )
        written: dict[str, str] = {}
        for what, path in self._all(files):
            first = written.setdefault(os.path.realpath(path), what)
            if first != what:
                raise UsageFailure(f"{path}: both {first} and {what} would be written there; name another")
        real = [path for each in written for path in (each, str(part_of(Path(each))))]
        taken = {same for path in real if (same := _identity(path))}
        for file in files:
            if os.path.realpath(file.path) in real or _identity(file.path) in taken:
                raise UsageFailure(f"{file.path}: is one of the files to be analysed; write to another")

    def make_folders(self) -> None:
        """Makes the folders that are written to, but for those of single files. Raises `Failure`."""
        whole = [target.path if target.folder else target.path.parent for target in self._targets]
        for folder in [*whole, *([self.report.parent] if self.report else [])]:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except FileExistsError:
                raise Failure(f"{folder}: cannot be written to: it is a file and no folder") from None
            except OSError as error:
                raise Failure(f"{folder}: cannot be written: {error.strerror}") from None
            if not os.access(folder, os.W_OK | os.X_OK):
                raise Failure(f"{folder}: cannot be written: this user may not write there")

    @property
    def _targets(self) -> Sequence[Target]:
        return [target for target in (self.output, self.video) if target]

    def _all(self, files: Sequence[Input]) -> Iterator[tuple[str, Path]]:
        """All that would be written, and what each is."""
        if self.report:
            yield "the --report", self.report
        for file in files:
            if self.output:
                of = f" of {file.path}" if self.output.folder else ""
                yield f"the --output{of}", self.output.of_file(file, self.suffix)
            if copy := self.video_of(file):
                yield f"the --video of {file.path}", copy

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


def _identity(path: Path | str) -> tuple[int, int] | None:
    """The same for all names that a file has; `None` where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _newer(path: Path, than: Path) -> bool:
    try:
        return path.stat().st_mtime >= than.stat().st_mtime
    except OSError:
        return False
