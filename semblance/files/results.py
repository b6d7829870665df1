"""Where the results of files go: all into one place, a file each into a folder, or nowhere."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Protocol

from semblance.files.spool import Spool
from semblance.files.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from semblance.files.forms import Form
    from semblance.files.found import Input
    from semblance.files.targets import Target
    from semblance.output import Lines


class Result(Protocol):
    """Of one file; exactly one of `done` and `discard` is called."""

    @property
    def lines(self) -> Lines: ...

    def done(self) -> None:
        """All that could be read of the file has been written."""
        ...

    def discard(self) -> None:
        """Nothing could be read, or not all of what there is has been: nothing of it is to stay."""
        ...


class Results(Protocol):
    def of(self, file: Input) -> Result:
        """To be asked for in the order in which results are wanted. Raises `OSError`."""
        ...


class OneResult:
    """The results of all files, one after the other."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def of(self, _file: Input) -> Result:
        return self._turns.next()


@contextmanager
def in_one(path: Path | None, form: Form) -> Iterator[OneResult]:
    """In a file there are whole results only; on standard output (`None`) and in a device they come as they
    are made, but for a form that cannot.
    """
    regular = path is not None and (not path.exists() or path.is_file())
    folder = path.parent if path is not None and regular else None
    with _opened(path) as out, closing(Spool(folder)) as spool:
        written = form.written(out)
        try:
            yield OneResult(Turns(written, spool, whole=regular or form.suffix == ".parquet"))
        finally:
            written.close()


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdout.buffer
        return
    with path.open("wb") as out:
        yield out


class FolderResults:
    """A file for each, which is there only once it is whole."""

    def __init__(self, folder: Target, form: Form) -> None:
        self._folder = folder
        self._form = form

    def of(self, file: Input) -> Result:
        path = self._folder.of_file(file, self._form.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        return _FileResult(path, self._form)


class _FileResult:
    def __init__(self, path: Path, form: Form) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._out = self._part.open("wb")
        self._written = form.written(self._out)

    @property
    def lines(self) -> Lines:
        return self._written

    def done(self) -> None:
        try:
            with self._out:
                self._written.close()
            self._part.replace(self._path)
        except OSError:
            self.discard()
            raise

    def discard(self) -> None:
        with suppress(OSError):  # on a full disk, what waits to be written cannot be
            self._out.close()
        self._part.unlink(missing_ok=True)
