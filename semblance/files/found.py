"""What the command line names, as files: folders looked through, patterns matched, each file once."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from semblance.files.kinds import is_named_like_picture, is_named_like_video

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be analysed; `place` is where it lies below the folder that holds all that were named."""

    path: Path
    place: Path


@dataclass(frozen=True, slots=True)
class Found:
    """`complaints` are sentences about what was named and holds no file."""

    files: Sequence[Input]
    complaints: Sequence[str]


def find(named: Sequence[Path], leaving_out: Sequence[Path] = ()) -> Found:
    """The files in the order in which they were named, those of a folder in the order of their names.

    In a folder counts what is a video or a picture by its name; what is hidden, what lies in a folder of
    `leaving_out` (where results go) and where links go round in a circle is not looked at.
    """
    search = _Search(frozenset(map(_real, leaving_out)))
    for path in named:
        search.name(path)
    common = _common(search.folders)
    return Found([Input(path, _below(common, path)) for path in search.files.values()], search.complaints)


@dataclass(slots=True)
class _Search:
    leaving_out: frozenset[str]
    files: dict[str, Path] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def name(self, path: Path) -> None:
        if os.path.isdir(path):
            self._look_through(path)
        elif not os.path.lexists(path) and glob.has_magic(str(path)):
            self._match(path)
        else:
            self._add(path)
            self.folders.append(os.path.dirname(os.path.abspath(path)))

    def _match(self, pattern: Path) -> None:
        """A pattern that no shell has replaced by names."""
        matches = sorted(glob.glob(str(pattern), recursive=True))
        if not matches:
            self.complaints.append(f"{pattern}: there is no such file, and none is named like that")
        for match in matches:
            self.name(Path(match))

    def _look_through(self, folder: Path) -> None:
        self.folders.append(os.path.abspath(folder))
        before = len(self.files), len(self.complaints)
        found = list(self._media(folder, frozenset()))
        for path in found:
            self._add(path)
        if not found and before == (len(self.files), len(self.complaints)):
            self.complaints.append(f"{folder}: there is no video and no picture in this folder")

    def _media(self, folder: Path, above: frozenset[str]) -> Iterator[Path]:
        real = _real(folder)
        if real in above or (above and real in self.leaving_out):
            return
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            self.complaints.append(f"{folder}: cannot be looked into: {error.strerror}")
            return
        for name in names:
            path = folder / name
            if name.startswith("."):
                continue
            if os.path.isdir(path):
                yield from self._media(path, above | {real})
            elif is_named_like_video(path) or is_named_like_picture(path):
                yield path

    def _add(self, path: Path) -> None:
        self.files.setdefault(_real(path), path)


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _common(folders: Sequence[str]) -> str:
    return os.path.commonpath(folders) if folders else ""


def _below(folder: str, path: Path) -> Path:
    return Path(os.path.relpath(os.path.abspath(path), folder))
